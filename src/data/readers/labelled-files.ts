import type { BadFiles } from '../bad-files.js';
import { dataError } from '../data-error.js';
import { titleOf, type DataSource } from '../recordings.js';
import { labelRule, type FileRules } from './file-rules.js';
import { filesBelow } from './folder-files.js';
import type { Manifest } from './manifest.js';

export interface LabelledFile {
  /** Path below the data's root. */
  readonly file: string;
  readonly label: string;
}

/** Files with the extension (in any case) whose path matches the definition's `files`. */
export function filesNamed(source: DataSource, extension: string, wanted: RegExp | undefined): string[] {
  const ending = `.${extension}`;
  return filesBelow(source.root).filter(
    (file) => file.toLowerCase().endsWith(ending) && (wanted === undefined || wanted.test(file)),
  );
}

export function noFiles(source: DataSource, extension: string, wanted: RegExp | undefined): Error {
  const which =
    wanted === undefined ? `.${extension} files` : `.${extension} files whose path matches ${wanted.source}`;
  const hint = 'check the path, or files in the definition';
  return dataError('DATA_NO_FILES', `${source.title} holds no ${which}`, hint);
}

/** The label of each file; files without one, or with one that the definition does not allow, are bad files. */
export function labelFiles(
  source: DataSource,
  definition: (FileRules & { readonly classes?: readonly string[] | undefined }) | undefined,
  manifest: Manifest,
  files: readonly string[],
  badFiles: BadFiles,
): LabelledFile[] {
  const labelOf = labelRule(source, definition, manifest);
  const known = definition?.classes;
  const labelled: LabelledFile[] = [];
  for (const file of files) {
    try {
      const label = labelOf(file);
      if (known !== undefined && !known.includes(label)) {
        const text = `${titleOf(source, file)}: label "${label}" is not among the classes of the definition`;
        throw dataError('DATA_LABEL_UNKNOWN', text, 'add it to classes, or leave these files out with files');
      }
      labelled.push({ file, label });
    } catch (error) {
      badFiles.reject(file, error);
    }
  }
  return labelled;
}
