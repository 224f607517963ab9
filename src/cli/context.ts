import type { Progress } from '../core/progress.js';

/** What every command gets: where to narrate, when to stop, and how to answer. */
export interface CommandContext {
  readonly progress: Progress;
  /** Aborted by SIGINT and SIGTERM; long work saves itself and throws exit code 130. */
  readonly signal: AbortSignal;
  /** The command line as it was typed, for provenance. */
  readonly command: string;
}

/** What a command answers: `json` on stdout with --json, else `text`. */
export interface CommandResult {
  readonly json: unknown;
  readonly text: string;
  /** Non-zero when the answer itself is a failure, for example a missing tool in `doctor`. */
  readonly exitCode?: number;
}
