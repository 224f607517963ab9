import { LitesnnError, messageOf } from '../core/errors.js';

export type BadFilePolicy = 'fail' | 'skip';

export interface SkippedFile {
  readonly file: string;
  readonly code: string;
  readonly reason: string;
}

/** Applies the user's choice for bad files: the first one ends the reading, or each is counted and named. */
export class BadFiles {
  private readonly files: SkippedFile[] = [];

  constructor(readonly policy: BadFilePolicy) {}

  /** @throws `error` itself under 'fail', or when it is no defect of the data. */
  reject(file: string, error: unknown): void {
    if (this.policy === 'fail' || !(error instanceof LitesnnError)) throw error;
    this.files.push({ file, code: error.code, reason: messageOf(error) });
  }

  get skipped(): readonly SkippedFile[] {
    return this.files;
  }
}
