import { wireMs } from '../link/byte-link.js';

/** Every wait of the loader protocol, in milliseconds. Sizes are added to them: see the functions below. */
export interface LoaderTimeLimits {
  /** From the end of a frame to its one-byte answer. */
  readonly replyMs: number;
  /** Answer to the synchronizing 7F. */
  readonly syncMs: number;
  /** All of the pairs FF 00 until the loader answers. */
  readonly resyncMs: number;
  /** Between two such pairs. */
  readonly resyncStepMs: number;
  /** No byte for so long means that nothing more is under way. */
  readonly quietMs: number;
  /** Programming one block. */
  readonly writeMs: number;
  readonly eraseBaseMs: number;
  readonly erasePerPageMs: number;
  /** 128 KiB sectors of F4 and H7 take up to 4 s each. */
  readonly erasePerKibMs: number;
  readonly checksumBaseMs: number;
  readonly checksumPerKibMs: number;
}

/** AN3155 gives none; these are stm32flash's where it has proved right, generous elsewhere. */
export const defaultTimeLimits: LoaderTimeLimits = {
  replyMs: 1000,
  syncMs: 600,
  resyncMs: 5000,
  resyncStepMs: 250,
  quietMs: 30,
  writeMs: 1000,
  eraseBaseMs: 5000,
  erasePerPageMs: 100,
  erasePerKibMs: 32,
  checksumBaseMs: 2000,
  checksumPerKibMs: 20,
};

export function eraseLimitMs(limits: LoaderTimeLimits, pages: number, bytes: number): number {
  return limits.eraseBaseMs + pages * limits.erasePerPageMs + (bytes / 1024) * limits.erasePerKibMs;
}

export function checksumLimitMs(limits: LoaderTimeLimits, bytes: number): number {
  return limits.checksumBaseMs + (bytes / 1024) * limits.checksumPerKibMs;
}

/** Adds the wire's own time of what is sent and received, at half the nominal rate. */
export function withWire(limitMs: number, bytes: number, baud: number): number {
  return limitMs + 2 * wireMs(bytes, baud);
}
