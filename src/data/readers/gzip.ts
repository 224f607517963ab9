import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { messageOf } from '../../core/errors.js';
import { readBytes } from '../../core/files.js';
import { dataError } from '../data-error.js';
import { titleOf, type DataSource } from '../recordings.js';

/** More than any set of small images; keeps a damaged or hostile file from filling the memory. */
const MAX_UNPACKED_BYTES = 0x7fffffff;

/** `file`, or `file.gz` where only that is there; undefined where neither is. */
export function plainOrGzip(source: DataSource, file: string): string | undefined {
  return [file, `${file}.gz`].find((name) => existsSync(join(source.root, name)));
}

/** The whole file, unpacked when it is named `.gz`. */
export function readPlainOrGzip(source: DataSource, file: string): Uint8Array {
  const title = titleOf(source, file);
  if (!existsSync(join(source.root, file))) {
    throw dataError('DATA_FILE_MISSING', `${title} does not exist`, 'check the file names in the definition');
  }
  const bytes = readBytes(join(source.root, file));
  if (!file.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (cause) {
    const text = `${title} cannot be unpacked: ${messageOf(cause)}`;
    throw dataError('DATA_GZIP_CORRUPT', text, 'fetch the file again', cause);
  }
}

/** Non-empty trimmed lines of a small text file such as a list of class names. */
export function readLines(source: DataSource, file: string): string[] {
  return Buffer.from(readPlainOrGzip(source, file))
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length > 0);
}
