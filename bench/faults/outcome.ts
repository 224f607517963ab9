import { LitesnnError } from '../../src/core/errors.js';

/** Longest time, of the simulated clock, that a job may take beside the wire's own: every wait is bounded. */
const HANG_MS = 30 * 60_000;

/** What one injected fault led to. */
export interface FaultRun {
  /** A success that left something else in the flash. */
  readonly silentCorruption: boolean;
  readonly hang: boolean;
  /** A processor would start a part of an image now. */
  readonly partialStarted: boolean;
  /** Neither a success nor an error with a code of its own. */
  readonly untyped: boolean;
  /** The attempt after it, without a fault, failed. */
  readonly nextFailed: boolean;
  readonly succeeded: boolean;
}

export interface FaultTotals {
  readonly kind: string;
  runs: number;
  succeeded: number;
  silentCorruptions: number;
  hangs: number;
  partialImagesStarted: number;
  untyped: number;
  nextFailed: number;
}

export function emptyTotals(kind: string): FaultTotals {
  return {
    ...{ kind, runs: 0, succeeded: 0, silentCorruptions: 0, hangs: 0 },
    ...{ partialImagesStarted: 0, untyped: 0, nextFailed: 0 },
  };
}

export function add(totals: FaultTotals, run: FaultRun): void {
  totals.runs += 1;
  totals.succeeded += Number(run.succeeded);
  totals.silentCorruptions += Number(run.silentCorruption);
  totals.hangs += Number(run.hang);
  totals.partialImagesStarted += Number(run.partialStarted);
  totals.untyped += Number(run.untyped);
  totals.nextFailed += Number(run.nextFailed);
}

/** How a job ended: its error, or none. */
export async function ending(work: Promise<unknown>): Promise<{ error: unknown }> {
  try {
    await work;
    return { error: undefined };
  } catch (error) {
    return { error };
  }
}

/** One of the project's errors, for something at the board or its port. */
export function isTyped(error: unknown): boolean {
  return error === undefined || (error instanceof LitesnnError && [6, 7].includes(error.exitCode));
}

export function isHang(milliseconds: number): boolean {
  return milliseconds > HANG_MS;
}
