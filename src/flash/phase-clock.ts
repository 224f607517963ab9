import type { Clock } from './link/clock.js';
import type { FlashPhase } from './flasher.js';

/** Seconds of each phase of a job, summed up over its parts. */
export class PhaseClock {
  readonly seconds: Record<FlashPhase, number> = { identify: 0, erase: 0, write: 0, verify: 0, go: 0 };

  constructor(private readonly clock: Clock) {}

  async timed<T>(phase: FlashPhase, work: () => Promise<T>): Promise<T> {
    const from = this.clock.now();
    try {
      return await work();
    } finally {
      this.seconds[phase] += (this.clock.now() - from) / 1000;
    }
  }
}
