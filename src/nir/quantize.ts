import type { WeightBits } from '../model/types.js';

/** Weights of one channel as codes: `weight = scale * code`. */
export interface QuantizedRow {
  readonly codes: Int8Array;
  readonly scale: number;
}

function rounded(row: Float64Array): QuantizedRow {
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return { codes: new Int8Array(row.length), scale: 1 };
  const scale = largest / 127;
  return { codes: Int8Array.from(row, (value) => Math.round(value / scale)), scale };
}

/** The odd code nearest to a value, or 0 where it was exactly 0: a weight that was pruned stays so. */
function oddCode(value: number, highest: number): number {
  if (value === 0) return 0;
  const code = 2 * Math.floor(value / 2) + 1;
  return Math.max(-highest, Math.min(highest, code));
}

const STEPS_TRIED = 40;

/** Mid-rise codes; the scale with the least squared error of those between a third and all of the largest weight. */
function midRise(row: Float64Array, bits: 1 | 2 | 4): QuantizedRow {
  const highest = 2 ** bits - 1;
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return { codes: new Int8Array(row.length), scale: 1 };
  let best: QuantizedRow | undefined;
  let least = Infinity;
  for (let step = 1; step <= STEPS_TRIED; step++) {
    const scale = (largest * (0.2 + (0.8 * step) / STEPS_TRIED)) / highest;
    const codes = Int8Array.from(row, (value) => oddCode(value / scale, highest));
    const error = row.reduce((sum, value, i) => sum + (value - scale * codes[i]) ** 2, 0);
    if (error < least) [best, least] = [{ codes, scale }, error];
  }
  return best!;
}

/** Post-training quantization of the weights of one output channel. */
export function quantizeRow(row: Float64Array, bits: WeightBits): QuantizedRow {
  return bits === 8 ? rounded(row) : midRise(row, bits);
}
