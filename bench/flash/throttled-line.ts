/** Start, 8 data bits, even parity, stop: what a real STM32's ROM loader takes a byte. */
const BITS = 11;

/** A timer of Node is up to this late; the rest is waited for turn by turn. */
const TIMER_SLACK_MS = 2;

/** Data sheet DS10198 (STM32L476), flash memory characteristics: typical times. */
export const PART_TIMES = { pageEraseMs: 22.02, doubleWordMs: 0.0908 } as const;

/** Time that the part itself needs for a number of page erases and written bytes. */
export function programmingMs(erases: number, bytes: number): number {
  return erases * PART_TIMES.pageEraseMs + (bytes / 8) * PART_TIMES.doubleWordMs;
}

export function byteMs(baud: number): number {
  return (BITS * 1000) / baud;
}

/**
 * One direction of a wire: bytes come out as late as they would at the baud rate, never out of order. What the relay between the two
 * processes takes one way (`relayMs`) counts as a part of the wire's time and not on top of it.
 */
export class ThrottledWire {
  relayMs = 0;
  private free = 0;

  constructor(
    private readonly baud: number,
    private readonly direction: 'to the board' | 'to the host',
    private readonly out: (bytes: Uint8Array) => void,
  ) {}

  /** `notBefore`: the sender is busy until then, `performance.now()` milliseconds. */
  send(bytes: Uint8Array, notBefore = 0): void {
    const from = this.direction === 'to the board' ? performance.now() - this.relayMs : performance.now();
    this.free = Math.max(this.free, from, notBefore) + bytes.length * byteMs(this.baud);
    const copy = bytes.slice();
    at(this.direction === 'to the board' ? this.free : this.free - this.relayMs, () => {
      this.out(copy);
    });
  }
}

function at(due: number, work: () => void): void {
  const left = due - performance.now();
  if (left <= 0) work();
  else if (left > TIMER_SLACK_MS) setTimeout(at, left - TIMER_SLACK_MS, due, work);
  else setImmediate(at, due, work);
}
