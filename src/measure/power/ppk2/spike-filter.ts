const ALPHA = 0.18;
const ALPHA_SLOW = 0.06;
/** Samples that are replaced after a change of the range. */
const REPLACED = 3;
const COARSEST = 4;
const COARSEST_KEPT = 2;

/** Hides the transient that a change of the PPK2's measurement range puts on its samples. One a stream. */
export class SpikeFilter {
  private fast: number | undefined;
  private slow: number | undefined;
  private previous: number | undefined;
  private toReplace = 0;
  private sinceChange = 0;

  /** @param value ampere; what is returned is, too */
  next(value: number, range: number): number {
    const { fast, slow } = this;
    let average = fast === undefined ? value : ALPHA * value + (1 - ALPHA) * fast;
    let averageSlow = slow === undefined ? value : ALPHA_SLOW * value + (1 - ALPHA_SLOW) * slow;
    const changed = this.previous !== undefined && range !== this.previous;
    this.previous = range;
    let output = value;
    if (changed || this.toReplace > 0) {
      if (changed) {
        this.sinceChange = 0;
        this.toReplace = REPLACED;
      } else this.sinceChange += 1;
      if (range === COARSEST) {
        if (this.sinceChange < COARSEST_KEPT) {
          average = fast ?? value;
          averageSlow = slow ?? value;
        }
        output = averageSlow;
      } else output = average;
      this.toReplace -= 1;
    }
    this.fast = average;
    this.slow = averageSlow;
    return output;
  }
}
