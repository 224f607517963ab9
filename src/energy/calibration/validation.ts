import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { Calibration, Quantity } from './calibration-file.js';
import { errorPct, predictionErrors, type PredictionErrors } from './errors-of.js';
import type { PredictionFile } from './prediction-file.js';

/** A measurement that a prediction is held against: means an inference. */
export interface MeasuredAfter {
  readonly name: string;
  readonly target: string;
  readonly modelHash: string;
  readonly provenance: Calibration['provenance'];
  readonly date: string;
  readonly seconds: number;
  readonly grossJoules: number;
  readonly netJoules: number;
}

export interface ComparedPrediction {
  readonly name: string;
  readonly predicted: number;
  readonly low: number;
  readonly high: number;
  readonly actual: number;
  readonly errorPct: number;
  /** Whether the measurement lies in the interval. */
  readonly inside: boolean;
  /** What lay outside the fitted range. */
  readonly outside: readonly string[];
}

export interface QuantityValidation {
  readonly errors: PredictionErrors;
  /** Part of the measurements that lie in their intervals, percent. */
  readonly coveragePct: number;
  readonly rows: readonly ComparedPrediction[];
}

export type Validation = Readonly<Record<Quantity, QuantityValidation>>;

export const QUANTITIES: readonly Quantity[] = ['grossJoules', 'netJoules', 'seconds'];

export interface PredictedAndMeasured {
  readonly prediction: PredictionFile;
  readonly measured: MeasuredAfter;
}

/**
 * Predictions against what was measured after them.
 * @throws LitesnnError PREDICTION_OTHER_MODEL, PREDICTION_MIXED (exit 2), PREDICTION_LATE (exit 8)
 */
export function validate(pairs: readonly PredictedAndMeasured[]): Validation {
  for (const pair of pairs) checkPair(pair);
  const of = (quantity: Quantity): QuantityValidation => {
    const rows = pairs.map(({ prediction, measured }): ComparedPrediction => {
      const { value, low, high, outside } = prediction[quantity];
      const actual = measured[quantity];
      return {
        name: measured.name,
        predicted: value,
        low,
        high,
        actual,
        errorPct: errorPct(value, actual),
        inside: low <= actual && actual <= high,
        outside,
      };
    });
    const inside = rows.filter((row) => row.inside).length;
    return { errors: predictionErrors(rows), coveragePct: (100 * inside) / rows.length, rows };
  };
  return { grossJoules: of('grossJoules'), netJoules: of('netJoules'), seconds: of('seconds') };
}

function checkPair({ prediction, measured }: PredictedAndMeasured): void {
  const { name } = measured;
  const again = { hint: 'predict, flash and measure again, in this order' };
  if (prediction.modelHash !== measured.modelHash || prediction.target !== measured.target) {
    throw new LitesnnError(
      'PREDICTION_OTHER_MODEL',
      ExitCode.usage,
      `the prediction in ${name} is for another network or board than the one measured there`,
      again,
    );
  }
  if (prediction.calibration.provenance !== measured.provenance) {
    throw new LitesnnError(
      'PREDICTION_MIXED',
      ExitCode.usage,
      `${name}: the calibration is ${prediction.calibration.provenance}, the measurement ${measured.provenance}`,
      { hint: 'simulated and measured figures are never mixed: calibrate on the same board' },
    );
  }
  if (prediction.created < measured.date) return;
  throw new LitesnnError(
    'PREDICTION_LATE',
    ExitCode.measurementInvalid,
    `the prediction in ${name} was made after the measurement, it proves nothing`,
    again,
  );
}

/** @throws LitesnnError VALIDATION_FAILED (exit 9) where predictions are further off than allowed. @param tolerance fraction */
export function checkTolerance(validation: Validation, tolerance: number): void {
  const { mapePct, biasPct, worstPct } = validation.grossJoules.errors;
  if (mapePct <= 100 * tolerance) return;
  const figures = `bias ${biasPct.toFixed(1)} %, worst ${worstPct.toFixed(1)} %`;
  throw new LitesnnError(
    'VALIDATION_FAILED',
    ExitCode.constraintViolated,
    `predicted energies are ${mapePct.toFixed(1)} % off on average (${figures}), allowed are ${(100 * tolerance).toFixed(1)} %`,
    { hint: 'calibrate with networks more like these', details: { validation } },
  );
}
