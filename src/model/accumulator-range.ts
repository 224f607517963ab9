import type { Shape } from '../core/geometry.js';
import type { Interval } from './interval.js';
import { pooledSourceShape } from './shapes.js';
import { INPUT_SOURCE, type ConvEdge, type IntegerModel } from './types.js';

/** Kernel indexes first..last (included) that lie on the source for some output row or column. */
interface TapRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Interval of `sum(code * spike)` (int8 input: `sum(code * value)`) of one output channel over all positions, with every partial
 * sum in any order of the taps. A spike is 0 or 1, so it is [sum of negative codes, sum of positive codes] of the position that
 * reaches furthest; taps that lie on the padding everywhere never count.
 */
export function accumulatorInterval(
  model: Pick<IntegerModel, 'input' | 'layers'>,
  shape: Shape,
  edge: Omit<ConvEdge, 'multiplier'>,
  channel: number,
): Interval {
  const source = pooledSourceShape(model, edge.source);
  const rows = tapRanges(
    source.height,
    shape.height,
    edge.kernel.height,
    edge.stride.height,
    edge.padding.top,
  );
  const columns = tapRanges(
    source.width,
    shape.width,
    edge.kernel.width,
    edge.stride.width,
    edge.padding.left,
  );
  const inChannels = edge.depthwise ? 1 : source.channels;
  const taps = tapSums(edge, channel, inChannels);
  let low = 0;
  let high = 0;
  for (const row of rows) {
    for (const column of columns) {
      const sum = windowSum(taps, edge.kernel.width, row, column);
      const fromInput = edge.source.layers[0] === INPUT_SOURCE;
      low = Math.min(low, fromInput ? -128 * sum.positive + 127 * sum.negative : sum.negative);
      high = Math.max(high, fromInput ? 127 * sum.positive - 128 * sum.negative : sum.positive);
    }
  }
  return { low, high };
}

/** The distinct ranges over all outputs of one axis, without those that lie inside another. */
function tapRanges(
  sourceSize: number,
  outSize: number,
  kernel: number,
  stride: number,
  padding: number,
): TapRange[] {
  const distinct = new Map<number, TapRange>();
  for (let output = 0; output < outSize; output++) {
    const start = output * stride - padding;
    const first = Math.max(0, -start);
    const last = Math.min(kernel, sourceSize - start) - 1;
    if (last >= first) distinct.set(first * kernel + last, { first, last });
  }
  const ranges = [...distinct.values()];
  return ranges.filter((a) => !ranges.some((b) => b !== a && b.first <= a.first && b.last >= a.last));
}

interface TapSums {
  /** `[kernelY][kernelX]`: sums over the input channels. */
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

function tapSums(edge: Pick<ConvEdge, 'kernel' | 'codes'>, channel: number, inChannels: number): TapSums {
  const taps = edge.kernel.height * edge.kernel.width;
  const positive = new Float64Array(taps);
  const negative = new Float64Array(taps);
  for (let tap = 0; tap < taps; tap++) {
    for (let c = 0; c < inChannels; c++) {
      const code = edge.codes[(channel * taps + tap) * inChannels + c];
      if (code > 0) positive[tap] += code;
      else negative[tap] += code;
    }
  }
  return { positive, negative };
}

function windowSum(taps: TapSums, kernelWidth: number, row: TapRange, column: TapRange) {
  let positive = 0;
  let negative = 0;
  for (let y = row.first; y <= row.last; y++) {
    for (let x = column.first; x <= column.last; x++) {
      positive += taps.positive[y * kernelWidth + x];
      negative += taps.negative[y * kernelWidth + x];
    }
  }
  return { positive, negative };
}
