import type { Clock } from './clock.js';

interface Waiter {
  readonly minimum: number;
  readonly maximum: number;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimer: () => void;
}

/** A device that babbles while nobody listens costs no more memory than this; what comes then is dropped. */
export const RECEIVE_LIMIT_BYTES = 4 << 20;

/** Bytes that came and were not yet read, and the one reader that may wait for more. */
export class ReceiveBuffer {
  private chunks: Uint8Array[] = [];
  private length = 0;
  private waiter: Waiter | undefined;
  private failure: Error | undefined;
  /** Bytes dropped because nobody read. */
  overflow = 0;

  constructor(private readonly clock: Clock) {}

  push(bytes: Uint8Array): void {
    if (this.length + bytes.length > RECEIVE_LIMIT_BYTES) {
      this.overflow += bytes.length;
      return;
    }
    this.chunks.push(bytes.slice());
    this.length += bytes.length;
    if (this.waiter !== undefined && this.length >= this.waiter.minimum) this.settle(this.waiter);
  }

  /** At least `minimum` bytes, at most `maximum`; fewer than `minimum` when the time is over. */
  take(minimum: number, maximum: number, timeoutMs: number): Promise<Uint8Array> {
    if (this.waiter !== undefined) return Promise.reject(new Error('two reads at the same time on one link'));
    if (this.length >= minimum) return Promise.resolve(this.remove(maximum));
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const cancelTimer = this.clock.after(Math.max(0, timeoutMs), () => {
        if (this.waiter !== undefined) this.settle(this.waiter);
      });
      this.waiter = { minimum, maximum, resolve, reject, cancelTimer };
    });
  }

  discard(): number {
    const count = this.length;
    this.chunks = [];
    this.length = 0;
    return count;
  }

  /** From now on every read that would have to wait rejects with this; what came before can still be read. */
  fail(error: Error): void {
    this.failure ??= error;
    const { waiter } = this;
    this.waiter = undefined;
    waiter?.cancelTimer();
    waiter?.reject(this.failure);
  }

  private settle(waiter: Waiter): void {
    this.waiter = undefined;
    waiter.cancelTimer();
    waiter.resolve(this.remove(waiter.maximum));
  }

  private remove(maximum: number): Uint8Array {
    const joined = Buffer.concat(this.chunks);
    const taken = Uint8Array.from(joined.subarray(0, maximum));
    const rest = joined.subarray(taken.length);
    this.chunks = rest.length === 0 ? [] : [rest];
    this.length = rest.length;
    return taken;
  }
}
