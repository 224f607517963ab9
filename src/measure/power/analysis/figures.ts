import type { PowerFigure } from '../result.js';

const NORMAL_975 = 1.959964;

/** 97.5 % quantile of Student's t (Cornish-Fisher expansion, Abramowitz and Stegun 26.7.5). */
export function studentQuantile(freedom: number): number {
  if (freedom < 1) return NORMAL_975;
  const z = NORMAL_975;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}

export interface FigureParts {
  readonly mean: number;
  readonly standardError: number;
  /** Degrees of freedom of the standard error. */
  readonly freedom: number;
  readonly resolution: number;
  readonly instrument: number;
}

/** Repetitions and resolution are chance, and add up as squares; the instrument may be wrong in one direction all the time. */
export function figureOf({ mean, standardError, freedom, resolution, instrument }: FigureParts): PowerFigure {
  const chance = Math.hypot(studentQuantile(freedom) * standardError, NORMAL_975 * resolution);
  const interval: [number, number] = [mean - chance, mean + chance];
  const total: [number, number] = [mean - chance - instrument, mean + chance + instrument];
  return { mean, standardError, resolution, instrument, interval, total };
}

/** Of the mean; 0 for fewer than two values. */
export function standardErrorOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
