import type { Ppk2Calibration } from './metadata.js';

/** ADC reference over full scale and gain, volt a count. */
const VOLTS_PER_COUNT = 1.8 / 163840;

/** Ampere for a value of the converter (already times 4) in a measurement range, at a supply voltage. */
export function ppk2Amperes(calibration: Ppk2Calibration, adc: number, range: number, volts: number): number {
  const { R, GS, GI, O, S, I, UG } = calibration;
  const x = ((adc - O[range]) * VOLTS_PER_COUNT) / R[range];
  return UG[range] * (x * (GS[range] * x + GI[range]) + S[range] * volts + I[range]);
}

/** The value of the converter (times 4, not rounded) that {@link ppk2Amperes} turns into that many ampere. */
export function ppk2Counts(
  calibration: Ppk2Calibration,
  amperes: number,
  range: number,
  volts: number,
): number {
  const { R, GS, GI, O, S, I, UG } = calibration;
  const rest = S[range] * volts + I[range] - amperes / UG[range];
  const root = Math.sqrt(Math.max(0, GI[range] ** 2 - 4 * GS[range] * rest));
  // The stable form of the quadratic's smaller root: right also where GS is 0.
  const x = (-2 * rest) / (GI[range] + root);
  return (x * R[range]) / VOLTS_PER_COUNT + O[range];
}
