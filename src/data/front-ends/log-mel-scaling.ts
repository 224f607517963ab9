import type { Samples } from '../recordings.js';
import type { LogMelAnalysis } from './log-mel-analysis.js';

export interface LogMelScaling {
  /** Smallest logarithm, in 2^-8 octaves: digital silence (padding) looks like the quiet of the recordings. */
  readonly floor: number;
  /** Logarithm that becomes 0, in 2^-8 octaves. */
  readonly offset: number;
  /** Steps of int8 a unit of the logarithm, in 2^-10. */
  readonly scale: number;
}

/** This share of the logarithms that are not digital silence lies below the floor. */
const FLOOR_SHARE = 0.05;

/** One standard deviation becomes this many steps of int8; 2.6 deviations fill it. */
const STEPS_PER_DEVIATION = 48;

const MAX_SCALE = 32767;
const MAX_LOG = 32768;

/** Mean and deviation of the training split's logarithms, rounded to integers. */
export function chooseScaling(analysis: LogMelAnalysis, training: readonly Samples[]): LogMelScaling {
  const counts = histogram(analysis, training);
  const floor = shareBelow(counts, FLOOR_SHARE);
  let total = 0;
  let sum = 0;
  let squares = 0;
  counts.forEach((count, log) => {
    const value = Math.max(log, floor);
    total += count;
    sum += count * value;
    squares += count * value * value;
  });
  const mean = total === 0 ? 0 : sum / total;
  const deviation = total === 0 ? 0 : Math.sqrt(Math.max(0, squares / total - mean * mean));
  const scale = Math.round((STEPS_PER_DEVIATION * 1024) / Math.max(deviation, 1));
  return { floor, offset: Math.round(mean), scale: Math.min(Math.max(scale, 1), MAX_SCALE) };
}

/** Number of times each logarithm occurs. */
function histogram(analysis: LogMelAnalysis, training: readonly Samples[]): Float64Array {
  const { frames, mels } = analysis.geometry;
  const logs = new Int32Array(frames * mels);
  const counts = new Float64Array(MAX_LOG);
  for (const window of training) {
    analysis.analyse(window, logs);
    for (const log of logs) counts[log]++;
  }
  return counts;
}

function shareBelow(counts: Float64Array, share: number): number {
  const wanted = share * counts.reduce((sum, count, log) => (log === 0 ? sum : sum + count), 0);
  let below = 0;
  for (let log = 1; log < counts.length; log++) {
    below += counts[log];
    if (below > wanted) return log;
  }
  return 0;
}
