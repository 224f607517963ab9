export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

/** Nearest-rank percentiles: every one is a value that occurred. `values` is not empty. */
export function spreadOf(values: readonly number[]): Spread {
  const ascending = [...values].sort((a, b) => a - b);
  const rank = (fraction: number): number =>
    ascending[Math.max(0, Math.ceil(fraction * ascending.length) - 1)];
  return { median: rank(0.5), p95: rank(0.95), worst: rank(1) };
}

export function mapSpread({ median, p95, worst }: Spread, map: (value: number) => number): Spread {
  return { median: map(median), p95: map(p95), worst: map(worst) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
