import { INPUT_SOURCE, type ConvEdge, type IntegerModel, type Layer } from '../../model/types.js';
import type { LayerRanges } from '../../model/ranges.js';
import { poolingOf, rowsOf } from './edges.js';
import { planMultiplier } from './integers.js';
import type { EdgePlan } from './types.js';

/** Output channels that litesnn_stem.c computes together. */
export const STEM_GROUP = 8;

/** Membranes up to this, and thresholds clamped to what they can be, have differences of 32 bits. */
const FARTHEST = 2 ** 30 - 1;

/** Entries are counted in 16 bits. */
const MOST_PAIRS = 65_535;

/** The only edge of a layer that litesnn_stem.c can run: a dense convolution of the int8 input. Undefined for any other layer. */
export function planStem(model: IntegerModel, layer: Layer, ranges: LayerRanges): EdgePlan | undefined {
  const [edge] = layer.edges;
  if (layer.edges.length > 1 || edge.kind !== 'conv' || edge.depthwise) return undefined;
  if (edge.source.layers[0] !== INPUT_SOURCE || poolingOf(edge) !== undefined) return undefined;
  const pairs = stemPairs(model, edge);
  const { min, max } = ranges.membrane;
  if (pairs > MOST_PAIRS || min < -FARTHEST || max > FARTHEST) return undefined;
  const [{ accumulator }] = ranges.edges;
  return {
    kernel: 'input-pairs',
    multiplier: planMultiplier(edge.multiplier),
    accumulatorType: accumulator.type,
    weightBytes: pairs * 4 * stemChannels(layer),
  };
}

/** Pairs of taps of a window, whole fours. */
export function stemPairs(model: IntegerModel, edge: ConvEdge): number {
  return 2 * Math.ceil(rowsOf(model, edge) / 4);
}

/** Output channels in whole groups. */
export function stemChannels(layer: Layer): number {
  return Math.ceil(layer.shape.channels / STEM_GROUP) * STEM_GROUP;
}

/** Pairs of lanes, then bytes, of one window. */
export function patchBytes(pairs: number): number {
  return pairs * 4 + pairs * 2;
}
