import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBytes, sha256 } from '../../core/files.js';
import { dataPath } from '../../data/locate.js';
import type { RunSettings } from './settings.js';

function stamp(root: string, name: string): string {
  const { size, mtimeMs } = statSync(join(root, name));
  return `${name}:${size}:${mtimeMs}`;
}

function stampsOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [stamp(path, '')];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names.sort().map((name) => stamp(path, name));
}

/**
 * Changes when recordings come, go or are written again, or a definition is edited: by names, sizes and times, because reading all of
 * a large set just to find it unchanged takes too long.
 * @throws LitesnnError DATA_NOT_FOUND, DATA_DEFINITION_*
 */
export function dataFingerprint({ data, definition, dataRoot }: RunSettings): string {
  const path = dataPath({ path: data, definition, dataRoot });
  const files = [definition, path === data ? undefined : data].filter((file) => file !== undefined);
  return sha256(...files.map(readBytes), stampsOf(path).join('\n'));
}
