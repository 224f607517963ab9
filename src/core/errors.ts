/** Exit codes of every command; part of the public interface (docs/reference.md). */
export const ExitCode = {
  ok: 0,
  internal: 1,
  usage: 2,
  infeasible: 3,
  toolchainMissing: 4,
  build: 5,
  device: 6,
  flash: 7,
  measurementInvalid: 8,
  constraintViolated: 9,
  authorization: 10,
  interrupted: 130,
} as const;

export type ExitCodeValue = (typeof ExitCode)[keyof typeof ExitCode];

export interface LitesnnErrorOptions {
  /** What the user can do about it, one line. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Figures for `--json`; never needed to understand the message. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class. `code` is stable and machine-readable (`DATA_WAV_TRUNCATED`); the message is one line that says
 * what is wrong; the hint says what to do. Only the entry file turns it into an exit code and text.
 */
export class LitesnnError extends Error {
  readonly code: string;
  readonly exitCode: ExitCodeValue;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, exitCode: ExitCodeValue, message: string, options: LitesnnErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'LitesnnError';
    this.code = code;
    this.exitCode = exitCode;
    this.hint = options.hint;
    this.details = options.details;
  }
}

/** The error of work that a signal ended before it was done. */
export function interrupted(what: string): LitesnnError {
  return new LitesnnError('INTERRUPTED', ExitCode.interrupted, `${what} was interrupted`, {
    hint: 'run the same command again to continue',
  });
}

/** Message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
}
