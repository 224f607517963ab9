/** How far predictions were from what came after them, percent of the latter. */
export interface PredictionErrors {
  /** Mean of the absolute errors. */
  readonly mapePct: number;
  /** Mean of the signed errors: above 0 the predictions were too high. */
  readonly biasPct: number;
  /** The largest absolute error. */
  readonly worstPct: number;
}

export function errorPct(predicted: number, actual: number): number {
  return (100 * (predicted - actual)) / actual;
}

/** @param pairs at least one */
export function predictionErrors(
  pairs: readonly { readonly predicted: number; readonly actual: number }[],
): PredictionErrors {
  const errors = pairs.map(({ predicted, actual }) => errorPct(predicted, actual));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mapePct: mean(errors.map(Math.abs)),
    biasPct: mean(errors),
    worstPct: Math.max(...errors.map(Math.abs)),
  };
}
