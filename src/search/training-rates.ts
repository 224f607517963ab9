import { cosineRate } from '../training/optimizers.js';

/** Schedule and strength of weight learning. */
export interface WeightRates {
  readonly highest: number;
  readonly lowest: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Largest Euclidean norm of the gradient. */
  readonly clip: number;
  /** Adam's rate for pruning scores. */
  readonly scores: number;
}

/** LitE-SNN, section 4. */
export const PAPER_WEIGHT_RATES: WeightRates = {
  highest: 0.025,
  lowest: 0.001,
  momentum: 0.9,
  weightDecay: 3e-4,
  clip: 5,
  scores: 1e-2,
};

/** Adam's rates for the choices. */
export interface ArchitectureRates {
  /** alpha and psi. */
  readonly structure: number;
  /** beta and kappa. */
  readonly compression: number;
}

/** LitE-SNN, section 4. */
export const PAPER_ARCHITECTURE_RATES: ArchitectureRates = { structure: 1e-3, compression: 1e-2 };

export function weightRateAt(rates: WeightRates, step: number, total: number): number {
  return cosineRate(step, total, rates.highest, rates.lowest);
}
