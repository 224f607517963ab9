import type { Clock } from '../../../src/flash/link/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Time that passes only while everything waits: when no work is left, the clock jumps to the next timer. Waits of minutes
 * cost nothing, and no load of the machine changes an outcome.
 */
export class SimulatedClock implements Clock {
  private time = 0;
  private order = 0;
  private readonly timers = new Set<Timer>();
  private pumping = false;

  now(): number {
    return this.time;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.time + Math.max(0, milliseconds), order: this.order++, callback };
    this.timers.add(timer);
    this.pump();
    return () => {
      this.timers.delete(timer);
    };
  }

  /** After all work that can go on without time: promises come before the next turn of the event loop. */
  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      const next = [...this.timers].reduce<Timer | undefined>(
        (first, timer) =>
          first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order)
            ? timer
            : first,
        undefined,
      );
      if (next === undefined) return;
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
      if (this.timers.size > 0) this.pump();
    });
  }
}
