import { FEATURES, type FeatureName, type Features } from './features.js';
import { nonNegativeLeastSquares } from './nnls.js';

/** One network on one mix of inputs, and what an inference took: joule or seconds, mean over its inferences. */
export interface Observation {
  /** Observations of one network are left out together. */
  readonly group: string;
  readonly features: Features;
  readonly value: number;
}

export type Coefficients = Readonly<Record<FeatureName, number>>;

export function isCycles(name: FeatureName): boolean {
  return name.startsWith('cycles.');
}

export function totalCycles(features: Features): number {
  return FEATURES.filter(isCycles).reduce((sum, name) => sum + features[name], 0);
}

export function valueOf(coefficients: Coefficients, features: Features): number {
  return FEATURES.reduce((sum, name) => sum + coefficients[name] * features[name], 0);
}

/** The one rate of all cycles that makes the squares of the relative errors least. */
export function commonRate(observations: readonly Observation[]): number {
  const ratios = observations.map(({ features, value }) => totalCycles(features) / value);
  const squares = ratios.reduce((sum, ratio) => sum + ratio * ratio, 0);
  return squares === 0 ? 0 : ratios.reduce((sum, ratio) => sum + ratio, 0) / squares;
}

/**
 * Non-negative coefficients that make relative errors least. A few networks cannot tell all features apart, so each is held, as strongly
 * as `ridge` says, where nothing speaks against it: cycles of every class at the common rate, counts at nothing. Both parts are
 * weighed by what the feature brings, so that units do not matter.
 */
export function fitCoefficients(observations: readonly Observation[], ridge: number): Coefficients {
  const rate = commonRate(observations);
  const start = (name: FeatureName): number => (isCycles(name) ? rate : 0);
  const rows = observations.map(({ features, value }) =>
    Float64Array.from(FEATURES, (name) => features[name] / value),
  );
  const sizes = FEATURES.map((_, j) => Math.sqrt(rows.reduce((sum, row) => sum + row[j] ** 2, 0)));
  const targets = observations.map(() => 1);
  FEATURES.forEach((name, j) => {
    const weight = Math.sqrt(ridge) * sizes[j];
    rows.push(Float64Array.from(FEATURES, (_, k) => (k === j ? weight : 0)));
    targets.push(weight * start(name));
  });
  const found = nonNegativeLeastSquares(rows, Float64Array.from(targets));
  // Nothing is known of a feature that never occurred.
  const entries = FEATURES.map((name, j) => [name, sizes[j] === 0 ? start(name) : found[j]] as const);
  return Object.fromEntries(entries) as Record<FeatureName, number>;
}
