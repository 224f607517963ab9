import type { Clock } from './clock.js';
import type { PinState } from './pin-state.js';

/**
 * Bytes to and from a device: a serial port, a pseudo terminal, or memory in tests. A call on a link that is gone
 * rejects with `PORT_LOST` (the other side vanished) or `PORT_CLOSED` (this side closed it); a wait that is over is
 * no error but a short answer.
 */
export interface ByteLink {
  /** For messages: `/dev/ttyACM0 at 115200 baud`. */
  readonly description: string;
  /** Bits a second on the wire; time limits scale with it. */
  readonly baud: number;
  readonly clock: Clock;
  /** Hands all bytes to the operating system. Rejects with `PORT_WRITE_TIMEOUT` (and closes) when it takes none. */
  write(bytes: Uint8Array): Promise<void>;
  /** Exactly `count` bytes, or what came of them within `timeoutMs`. One read at a time. */
  read(count: number, timeoutMs: number): Promise<Uint8Array>;
  /** Whatever has come, at most `limit` bytes, as soon as there is a byte; empty when none came within `timeoutMs`. */
  readSome(limit: number, timeoutMs: number): Promise<Uint8Array>;
  /** Drops what has come and was not read; returns how many bytes that were. */
  discardInput(): number;
  /** Returns when everything written has left for the wire. */
  drain(): Promise<void>;
  /** Sets DTR, RTS and break; false where there are none. Absent where a link never has any. */
  setPins?(pins: PinState): Promise<boolean>;
  /** Changes the rate; absent where it is not this side's to choose. */
  setBaud?(baud: number): Promise<void>;
  /** Idempotent; a pending read or write rejects. */
  close(): Promise<void>;
}

/** Start, 8 data bits, parity, stop: what a byte costs at most. */
export const BITS_PER_BYTE = 11;

/** Milliseconds that so many bytes take on the wire. */
export function wireMs(bytes: number, baud: number): number {
  return (bytes * BITS_PER_BYTE * 1000) / baud;
}
