import { ExitCode, LitesnnError } from '../core/errors.js';

/** Every defect of a user's data is a usage error: the run cannot be right until the data is. */
export function dataError(code: string, message: string, hint?: string, cause?: unknown): LitesnnError {
  return new LitesnnError(code, ExitCode.usage, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** What a pure parser found wrong: it knows the bytes, not the file's name. */
export interface ParseProblem {
  readonly ok: false;
  readonly code: string;
  /** Completes the sentence "<file> ...". */
  readonly problem: string;
  readonly hint?: string;
}

export function problem(code: string, text: string, hint?: string): ParseProblem {
  return { ok: false, code, problem: text, ...(hint === undefined ? {} : { hint }) };
}

export function errorOfProblem(file: string, found: ParseProblem): LitesnnError {
  return dataError(found.code, `${file} ${found.problem}`, found.hint);
}
