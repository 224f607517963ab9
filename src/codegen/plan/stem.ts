import { INPUT_SOURCE, type ConvEdge, type IntegerModel, type Layer } from '../../model/types.js';
import type { LayerRanges } from '../../model/ranges.js';
import { poolingOf, rowsOf } from './edges.js';
import { planMultiplier } from './integers.js';
import { differencesFit, wholeEights } from './neurons.js';
import type { EdgePlan } from './types.js';

/** Entries are counted in 16 bits. */
const MOST_PAIRS = 65_535;

/** The only edge of a layer that litesnn_stem.c can run: a dense convolution of the int8 input. Undefined for any other layer. */
export function planStem(model: IntegerModel, layer: Layer, ranges: LayerRanges): EdgePlan | undefined {
  const [edge] = layer.edges;
  if (layer.edges.length > 1 || edge.kind !== 'conv' || edge.depthwise) return undefined;
  if (edge.source.layers[0] !== INPUT_SOURCE || poolingOf(edge) !== undefined) return undefined;
  const pairs = stemPairs(model, edge);
  if (pairs > MOST_PAIRS || !differencesFit(ranges.membrane)) return undefined;
  const [{ accumulator }] = ranges.edges;
  return {
    kernel: 'input-pairs',
    multiplier: planMultiplier(edge.multiplier),
    accumulatorType: accumulator.type,
    weightBytes: pairs * 4 * wholeEights(layer),
  };
}

/** Pairs of taps of a window, whole fours. */
export function stemPairs(model: IntegerModel, edge: ConvEdge): number {
  return 2 * Math.ceil(rowsOf(model, edge) / 4);
}

/** Pairs of lanes, then bytes, of one window. */
export function patchBytes(pairs: number): number {
  return pairs * 4 + pairs * 2;
}
