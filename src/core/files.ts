import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { ExitCode, LitesnnError, messageOf } from './errors.js';

/** What {@link writeAtomic} leaves beside a file when the process is killed in the middle of it. */
export const temporaryFile = /\.\d+\.tmp$/;

/**
 * Writes the whole file or nothing: a temporary file beside it, synced, then renamed. Makes the folder.
 * `mode` are its permissions, where others must not read it.
 * @throws LitesnnError DISK_FULL, FILE_UNWRITABLE (exit 2)
 */
export function writeAtomic(path: string, data: string | Uint8Array, mode?: number): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(path));
    writeSynced(temporary, data, mode);
    renameSync(temporary, path);
  } catch (cause) {
    discard(temporary);
    throw writingError(path, cause);
  }
}

/** @throws LitesnnError DISK_FULL, FILE_UNWRITABLE (exit 2) */
export function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  try {
    // Level by level: a recursive mkdir says "no such file" on a read-only disk.
    makeFolder(dirname(path));
    mkdirSync(path);
  } catch (cause) {
    // Another process may have made it in between.
    if (!existsSync(path) || !statSync(path).isDirectory()) throw writingError(path, cause);
  }
}

function writeSynced(path: string, data: string | Uint8Array, mode?: number): void {
  const file = openSync(path, 'w', mode);
  try {
    // Goes on after a short write, which is how a disk that becomes full announces itself (write-file-atomic 7 takes it for success).
    writeFileSync(file, data);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where it could not even be looked for, it was not made.
  }
}

/** What the operating system said when a file or folder could not be written, as an error that users can act on. */
export function writingError(path: string, cause: unknown): LitesnnError {
  if (cause instanceof LitesnnError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LitesnnError('DISK_FULL', ExitCode.usage, `cannot write ${path}: the disk is full`, {
      hint: 'make room, then run the same command again',
      cause,
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'no permission',
    EPERM: 'not permitted',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EEXIST: 'a part of the path is a file, not a folder',
    EISDIR: 'it is a folder',
  };
  const reason = reasons[code ?? ''] ?? messageOf(cause);
  return new LitesnnError('FILE_UNWRITABLE', ExitCode.usage, `cannot write ${path}: ${reason}`, {
    hint: 'choose another output folder',
    cause,
  });
}

export function writeJson(path: string, value: unknown): void {
  writeAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new LitesnnError('FILE_UNREADABLE', ExitCode.usage, `cannot read ${path}`, {
      hint: 'check the path and its permissions',
      cause,
    });
  }
}

/** Parsed, not checked: callers validate with a schema of their own. */
export function readJson(path: string): unknown {
  const text = readBytes(path).toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new LitesnnError('FILE_NOT_JSON', ExitCode.usage, `${path} is not valid JSON`, { cause });
  }
}

/** Lower-case hexadecimal SHA-256. */
export function sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
