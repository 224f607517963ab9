import { ExitCode, LitesnnError } from '../../core/errors.js';
import { predictionErrors, type PredictionErrors } from './errors-of.js';
import { FEATURES, type FeatureName, type Features } from './features.js';
import { outsideRange, rangeOf, type FittedRange } from './fitted-range.js';
import {
  commonRate,
  fitCoefficients,
  valueOf,
  type Coefficients,
  type Observation,
} from './least-squares.js';
import { studentQuantile } from './student.js';

/** Two-sided, of coefficients and of predictions. */
export const CONFIDENCE = 0.9;

/** Fewer networks have no spread that could be known. */
export const LEAST_NETWORKS = 3;

/** How strongly coefficients are held; chosen by how well networks that were left out are predicted. */
const RIDGES = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1] as const;

export interface Coefficient {
  readonly value: number;
  /** Interval of {@link CONFIDENCE}, never below 0. */
  readonly low: number;
  readonly high: number;
}

/** A linear model of one quantity, and how far it may be trusted. */
export interface FittedModel {
  /** A unit of the feature: joule or seconds. */
  readonly coefficients: Readonly<Record<FeatureName, Coefficient>>;
  /** Of the coefficients, in the order of FEATURES, by leaving out one network after the other. */
  readonly covariance: readonly (readonly number[])[];
  /** What a cycle takes when all classes are alike. */
  readonly commonRate: number;
  readonly ridge: number;
  readonly networks: number;
  readonly observations: number;
  /** Standard deviation of ln(actual / predicted) of networks that were left out. */
  readonly deviation: number;
  readonly confidence: number;
  /** Of the same networks: each predicted by a fit on all others. */
  readonly leftOut: PredictionErrors;
  /** The same, one by one, in the order of the observations. */
  readonly residuals: readonly { readonly predicted: number; readonly actual: number }[];
  readonly range: FittedRange;
}

export interface Prediction {
  readonly value: number;
  /** Interval of the model's confidence. */
  readonly low: number;
  readonly high: number;
  /** What about the network lies outside the fitted range; empty inside. */
  readonly outside: readonly string[];
}

interface LeftOut {
  readonly ridge: number;
  readonly coefficients: readonly Coefficients[];
  readonly pairs: readonly { readonly group: string; readonly predicted: number; readonly actual: number }[];
  readonly deviation: number;
}

function leaveOut(observations: readonly Observation[], groups: readonly string[], ridge: number): LeftOut {
  const fits = groups.map((group) =>
    fitCoefficients(
      observations.filter((observation) => observation.group !== group),
      ridge,
    ),
  );
  const pairs = observations.map(({ group, features, value }) => ({
    group,
    predicted: valueOf(fits[groups.indexOf(group)], features),
    actual: value,
  }));
  // A network with many input mixes says no more about networks than one with few.
  const squares = groups.map((group) => {
    const own = pairs.filter((pair) => pair.group === group);
    return own.reduce((sum, pair) => sum + Math.log(pair.actual / pair.predicted) ** 2, 0) / own.length;
  });
  const deviation = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (groups.length - 1));
  return { ridge, coefficients: fits, pairs, deviation };
}

/** Jackknife over networks (Efron, "The jackknife, the bootstrap and other resampling plans", 1982, section 3). */
function jackknife(fits: readonly Coefficients[]): readonly (readonly number[])[] {
  const n = fits.length;
  const means = FEATURES.map((name) => fits.reduce((sum, fit) => sum + fit[name], 0) / n);
  return FEATURES.map((a, i) =>
    FEATURES.map(
      (b, j) => ((n - 1) / n) * fits.reduce((sum, fit) => sum + (fit[a] - means[i]) * (fit[b] - means[j]), 0),
    ),
  );
}

/**
 * Fits one quantity on measured networks.
 * @throws LitesnnError CALIBRATION_TOO_FEW (exit 2), CALIBRATION_VALUES (exit 8)
 */
export function fitModel(observations: readonly Observation[]): FittedModel {
  const groups = [...new Set(observations.map(({ group }) => group))];
  checkObservations(observations, groups.length);
  const trials = RIDGES.map((ridge) => leaveOut(observations, groups, ridge));
  const best = trials.reduce((least, trial) => (trial.deviation < least.deviation ? trial : least));
  const fitted = fitCoefficients(observations, best.ridge);
  const covariance = jackknife(best.coefficients);
  const quantile = studentQuantile((1 + CONFIDENCE) / 2, groups.length - 1);
  const coefficients = FEATURES.map((name, i): [FeatureName, Coefficient] => {
    const half = quantile * Math.sqrt(covariance[i][i]);
    const value = fitted[name];
    return [name, { value, low: Math.max(0, value - half), high: value + half }];
  });
  return {
    coefficients: Object.fromEntries(coefficients) as Record<FeatureName, Coefficient>,
    covariance,
    commonRate: commonRate(observations),
    ridge: best.ridge,
    networks: groups.length,
    observations: observations.length,
    deviation: best.deviation,
    confidence: CONFIDENCE,
    leftOut: predictionErrors(best.pairs),
    residuals: best.pairs.map(({ predicted, actual }) => ({ predicted, actual })),
    range: rangeOf(observations.map(({ features }) => features)),
  };
}

function checkObservations(observations: readonly Observation[], networks: number): void {
  if (networks < LEAST_NETWORKS) {
    throw new LitesnnError(
      'CALIBRATION_TOO_FEW',
      ExitCode.usage,
      `a calibration needs measurements of at least ${LEAST_NETWORKS} different networks, there are ${networks}`,
      { hint: 'measure more runs, or add the built-in networks with --probes' },
    );
  }
  const wrong = observations.find(({ value }) => !(Number.isFinite(value) && value > 0));
  if (wrong === undefined) return;
  throw new LitesnnError(
    'CALIBRATION_VALUES',
    ExitCode.measurementInvalid,
    `the measurement of ${wrong.group} is ${wrong.value}: nothing can be fitted to it`,
    { hint: 'measure that network again' },
  );
}

/**
 * How many times a prediction the upper end of its interval is, and the lower end the other way round: errors of networks that were left
 * out, Student's t of so few, and what one more network adds.
 */
export function intervalFactor({ networks, deviation, confidence }: FittedModel): number {
  const quantile = studentQuantile((1 + confidence) / 2, networks - 1);
  return Math.exp(quantile * deviation * Math.sqrt(1 + 1 / networks));
}

/** The fitted sum over features, without an interval. */
export function expected({ coefficients }: FittedModel, features: Features): number {
  return FEATURES.reduce((sum, name) => sum + coefficients[name].value * features[name], 0);
}

/** The model's word on a network, with the interval in which another network of the fitted kind lies. */
export function predict(model: FittedModel, features: Features): Prediction {
  const value = expected(model, features);
  const factor = intervalFactor(model);
  return { value, low: value / factor, high: value * factor, outside: outsideRange(features, model.range) };
}
