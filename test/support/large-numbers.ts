import { analyzeRanges, type LayerRanges } from '../../src/model/ranges.js';
import type { IntegerModel, Layer } from '../../src/model/types.js';

/**
 * The same network with every multiplier, bias and threshold multiplied by as much as 32 bits allow: it fires almost as
 * before (the leak rounds differently), with membranes that use all of their type.
 */
export function withLargeNumbers(model: IntegerModel): IntegerModel {
  const ranges = analyzeRanges(model);
  return { ...model, layers: model.layers.map((layer, i) => enlarge(layer, ranges.layers[i])) };
}

function enlarge(layer: Layer, ranges: LayerRanges): Layer {
  const intervals = [ranges.current, ranges.membrane, ranges.leakProduct, ranges.threshold];
  for (const edge of ranges.edges) intervals.push(edge.product);
  const largest = intervals.reduce((most, { min, max }) => Math.max(most, -min, max), 1);
  // A little room: floors of larger numbers are not multiples of the smaller ones'.
  const factor = Math.floor((2 ** 31 - 1) / (largest * 1.01 + 1));
  const times = (values: Int32Array): Int32Array => values.map((value) => value * factor);
  return {
    ...layer,
    bias: times(layer.bias),
    threshold: times(layer.threshold),
    edges: layer.edges.map((edge) => ({ ...edge, multiplier: times(edge.multiplier) })),
  };
}
