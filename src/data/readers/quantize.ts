import { problem, type ParseProblem } from '../data-error.js';

const LOWEST = -32768;
const HIGHEST = 32767;

/** Largest share of samples that may be clamped: more is not a rare shock but a wrong scale. */
const CLAMPED = 0.01;

/** `clamp(round(value * scale))` to 16 bits. Values that are not finite, nearly all zero, or often clamped are a defect. */
export function quantize(values: Float64Array, scale: number): Int16Array | ParseProblem {
  const samples = new Int16Array(values.length);
  let clamped = 0;
  let silent = true;
  for (let i = 0; i < values.length; i++) {
    const value = Math.round(values[i] * scale);
    if (!Number.isFinite(value)) {
      return problem('DATA_MAT_NOT_FINITE', `has the value ${values[i]} at sample ${i}`);
    }
    if (value < LOWEST || value > HIGHEST) clamped++;
    if (value !== 0) silent = false;
    samples[i] = Math.max(LOWEST, Math.min(HIGHEST, value));
  }
  if (silent) {
    const hint = 'give a larger scale in the definition';
    return problem('DATA_MAT_SCALE', `is all zero in 16 bits at a scale of ${scale}`, hint);
  }
  if (clamped > CLAMPED * values.length) {
    const share = ((100 * clamped) / values.length).toFixed(1);
    const hint = 'give a smaller scale in the definition';
    return problem('DATA_MAT_SCALE', `does not fit 16 bits at a scale of ${scale} (${share} % of it)`, hint);
  }
  return samples;
}
