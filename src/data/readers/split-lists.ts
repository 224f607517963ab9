import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BadFiles } from '../bad-files.js';
import { dataError } from '../data-error.js';
import { titleOf, type DataSource } from '../recordings.js';
import { readLines } from './gzip.js';

/**
 * Reads a list of files as Speech Commands has it: one path a line, relative to the data's root.
 * @param known all files of the set; a line that names another one is a bad file
 */
export function readSplitList(
  source: DataSource,
  list: string,
  known: ReadonlySet<string>,
  badFiles: BadFiles,
): ReadonlySet<string> {
  const title = titleOf(source, list);
  if (!existsSync(join(source.root, list))) {
    const hint = 'check split in the definition, or fetch the list again';
    throw dataError('DATA_LIST_MISSING', `${title} does not exist`, hint);
  }
  const listed = new Set<string>();
  for (const line of readLines(source, list)) {
    const file = line.replaceAll('\\', '/').replace(/^\.\//, '');
    if (known.has(file)) {
      listed.add(file);
    } else {
      const hint = 'fetch the missing file, or skip bad files';
      const error = dataError(
        'DATA_LIST_NAMES_MISSING_FILE',
        `${title} names ${line}, which does not exist`,
        hint,
      );
      badFiles.reject(file, error);
    }
  }
  return listed;
}
