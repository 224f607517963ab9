/** Mean and sample standard deviation of repetitions; the deviation of a single value is 0. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
  readonly n: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, deviation: 0, n };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (n - 1)), n };
}
