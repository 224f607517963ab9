import { z } from 'zod';

/** Means of named figures over the steps of an epoch; saved with the checkpoint so that a resumed epoch counts all. */
export class RunningMeans {
  private count = 0;
  private sums: Record<string, number> = {};

  add(figures: Readonly<Record<string, number>>): void {
    this.count++;
    for (const [name, value] of Object.entries(figures)) this.sums[name] = (this.sums[name] ?? 0) + value;
  }

  /** Means since the last call, which also starts the next epoch. */
  take(): Record<string, number> {
    const count = Math.max(1, this.count);
    const means = Object.fromEntries(Object.entries(this.sums).map(([name, sum]) => [name, sum / count]));
    this.count = 0;
    this.sums = {};
    return means;
  }

  state(): unknown {
    return { count: this.count, sums: { ...this.sums } };
  }

  restore(saved: unknown): void {
    const { count, sums } = schema.parse(saved);
    this.count = count;
    this.sums = sums;
  }
}

const schema = z.strictObject({ count: z.int().nonnegative(), sums: z.record(z.string(), z.number()) });
