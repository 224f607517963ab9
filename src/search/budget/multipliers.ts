/** Sum of all rises of a multiplier whose cost is twice its budget throughout the search. */
const REACH = 40;

/** More than this drowns everything else without helping. */
const HIGHEST = 100;

/**
 * Dual ascent: the multiplier of each constraint rises while its cost is above its budget, and falls, never below 0, while it
 * is below. A multiplier's constraint adds `multiplier * ln(cost / budget)` to the loss above the budget, and
 * `multiplier * (cost / budget - 1)` below: the same slope at the budget, and one that does not explode far above it.
 */
export class Multipliers {
  readonly values: Float64Array;

  /** @param updates how often {@link update} will be called in the whole search */
  constructor(
    count: number,
    private readonly updates: number,
  ) {
    this.values = new Float64Array(count);
  }

  /** @param fractions cost / budget of each constraint */
  update(fractions: readonly number[]): void {
    fractions.forEach((fraction, i) => {
      const violation = Math.min(1, fraction - 1);
      this.values[i] = Math.min(HIGHEST, Math.max(0, this.values[i] + (REACH / this.updates) * violation));
    });
  }

  restore(values: readonly number[]): void {
    this.values.set(values);
  }
}

/** What a constraint adds to the loss for each unit of its multiplier, and the derivative of that by `cost / budget`. */
export function penaltyOf(fraction: number): { readonly value: number; readonly slope: number } {
  return fraction > 1
    ? { value: Math.log(fraction), slope: 1 / fraction }
    : { value: fraction - 1, slope: 1 };
}
