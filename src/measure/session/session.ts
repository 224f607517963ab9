import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, LitesnnError, messageOf } from '../../core/errors.js';
import { readJson, writeAtomic, writeJson } from '../../core/files.js';
import { type SampleResult, parseSampleResult } from './sample-result.js';

const metadata = z.object({
  schemaVersion: z.literal(1),
  modelHash: z.string(),
  buildId: z.string(),
  datasetHash: z.string(),
  split: z.string(),
  target: z.string(),
  trace: z.boolean(),
  provenance: z.enum(['simulated', 'measured']),
  tool: z.string(),
  created: z.string(),
});

/** What was measured, on what, with what (`session.json`). */
export type SessionMetadata = z.infer<typeof metadata>;

/** Fields that must agree for results to be used again: everything that could change one. */
const KEY = ['modelHash', 'buildId', 'datasetHash', 'split', 'target', 'trace', 'provenance'] as const;

/** A crash of the machine (not of the process) loses at most what came within this. */
const SYNC_INTERVAL_MS = 2000;

function readMetadata(path: string): SessionMetadata | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const parsed = metadata.safeParse(readJson(path));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function readResults(path: string): SampleResult[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.map(parseSampleResult).filter((result) => result !== undefined);
}

/** Moves another session's files out of the way: nothing that was measured is ever deleted. */
function setAside(folder: string): void {
  let number = 1;
  while (
    existsSync(join(folder, `session.${number}.json`)) ||
    existsSync(join(folder, `results.${number}.jsonl`))
  )
    number += 1;
  for (const [name, extension] of [
    ['session', 'json'],
    ['results', 'jsonl'],
  ]) {
    const path = join(folder, `${name}.${extension}`);
    if (existsSync(path)) renameSync(path, join(folder, `${name}.${number}.${extension}`));
  }
}

/**
 * A measurement on disk: `session.json` and, line by line as the device answers, `results.jsonl`. What was answered before a
 * crash stays readable; a session of the same firmware and data is continued.
 */
export class Session {
  private lastSync = Date.now();
  private open = true;

  private constructor(
    private readonly descriptor: number,
    private readonly path: string,
    /** From before: samples that need not be measured again. */
    readonly earlier: readonly SampleResult[],
  ) {}

  /** Rejects nothing: an unreadable session is set aside and a new one begun. */
  static open(folder: string, about: SessionMetadata): Session {
    mkdirSync(folder, { recursive: true });
    const metadataPath = join(folder, 'session.json');
    const resultsPath = join(folder, 'results.jsonl');
    const before = readMetadata(metadataPath);
    const same = before !== undefined && KEY.every((key) => before[key] === about[key]);
    const earlier = same ? readResults(resultsPath) : [];
    if (!same) {
      setAside(folder);
      writeJson(metadataPath, about);
    } else if (existsSync(resultsPath)) {
      // A crash may have cut the last line: what follows must begin on a line of its own.
      writeAtomic(resultsPath, earlier.map((result) => `${JSON.stringify(result)}\n`).join(''));
    }
    return new Session(openSync(resultsPath, 'a'), resultsPath, earlier);
  }

  /** Throws `MEASURE_SESSION_WRITE` (exit code 8) where the disk takes no more; what was written stays. */
  append(result: SampleResult): void {
    try {
      writeSync(this.descriptor, `${JSON.stringify(result)}\n`);
      if (Date.now() - this.lastSync < SYNC_INTERVAL_MS) return;
      fsyncSync(this.descriptor);
      this.lastSync = Date.now();
    } catch (cause) {
      const message = `cannot write ${this.path}: ${messageOf(cause)}`;
      throw new LitesnnError('MEASURE_SESSION_WRITE', ExitCode.measurementInvalid, message, {
        hint: 'make room on the disk and run the same command again: it continues',
        cause,
      });
    }
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    fsyncSync(this.descriptor);
    closeSync(this.descriptor);
  }
}
