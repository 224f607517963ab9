import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readJson } from '../../core/files.js';
import { comparisonSchema, type Comparison } from '../../report/compare/comparison.js';
import type { RunFolder } from '../pipeline/run-folder.js';

export function comparisonPath(folder: RunFolder): string {
  return join(folder.compare, 'compare.json');
}

export function comparisonPagePath(folder: RunFolder): string {
  return join(folder.compare, 'index.html');
}

/**
 * The comparison of a run, or undefined where none was made.
 * @throws LitesnnError COMPARISON_INVALID
 */
export function readComparison(folder: RunFolder): Comparison | undefined {
  const path = comparisonPath(folder);
  if (!existsSync(path)) return undefined;
  const parsed = comparisonSchema.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  throw new LitesnnError('COMPARISON_INVALID', ExitCode.usage, `${path} is not of this version`, {
    hint: 'run litesnn compare again, or delete the file',
  });
}
