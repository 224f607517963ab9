import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { ExitCode, LitesnnError } from './errors.js';

/** Writes the whole file or nothing: a temporary file beside it, synced, then renamed. Makes the folder. */
export function writeAtomic(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic.sync(
    path,
    typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
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
