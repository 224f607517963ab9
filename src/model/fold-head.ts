import { refuseFold, type FoldedWeight, type FoldSource } from './fold-source.js';
import type { Head } from './types.js';

/**
 * `logit = W q(mean spikes) + b` on counts: `mean = count / positions` and `W = scale * code`, so in units of `scale / positions` it
 * is `code * count + b * positions / scale`. All classes share the unit, so the argmax stays.
 */
export function foldHead(source: FoldSource): Head {
  const { head, populations } = source.graph;
  const shapes = head.populations.map((index) => populations[index].shape);
  const positions = shapes[0].height * shapes[0].width;
  if (shapes.some(({ height, width }) => height * width !== positions)) {
    refuseFold('FOLD_HEAD_SIZES', 'its head reads populations with different numbers of positions');
  }
  const channels = shapes.reduce((total, shape) => total + shape.channels, 0);
  const { bits, codes, scale } = fineEnough(
    source.weight('head', head.weight, head.classes * channels),
    channels,
    positions,
  );
  const bias = source.parameter('head.b', head.classes);
  return {
    layers: [...head.populations],
    bits,
    codes,
    bias: Int32Array.from(bias, (b) => headBias((b * positions) / scale)),
  };
}

/** Standard deviations of a rounding, and of a spike at a rate of 15 %. */
const ROUNDING = Math.sqrt(1 / 12);
const SPIKE_DEVIATION = Math.sqrt(0.15 * 0.85);

/** A rounded bias may move a logit by this part of its spread. */
const LARGEST_ERROR = 0.02;

/**
 * The bias is a whole number of code steps. With 1 to 4 bits, few channels and few positions that is too coarse; the same
 * weights times a whole number in 8-bit codes give the bias finer steps.
 */
function fineEnough(weight: FoldedWeight, channels: number, positions: number): FoldedWeight {
  const { bits, codes, scale } = weight;
  const meanSquare = codes.reduce((total, code) => total + code * code, 0) / codes.length;
  const spread = SPIKE_DEVIATION * Math.sqrt(meanSquare * channels * positions);
  if (bits === 8 || ROUNDING <= LARGEST_ERROR * spread) return weight;
  const factor = Math.floor(127 / (2 ** bits - 1));
  return { bits: 8, codes: codes.map((code) => code * factor), scale: scale / factor };
}

/** Beyond this the weights no longer matter, and sums over timesteps would leave 32 bits. */
const LARGEST_BIAS = 2 ** 22;

function headBias(units: number): number {
  if (Math.abs(units) > LARGEST_BIAS) {
    refuseFold(
      'FOLD_HEAD_BIAS',
      'a bias of its head is millions of times larger than a weight',
      'train longer or with more weight decay',
    );
  }
  return Math.round(units);
}
