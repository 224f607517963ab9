import type { BadFiles } from './bad-files.js';
import { dataError } from './data-error.js';
import { DEFINITION_FILE, type Definition } from './definition.js';
import { cifarLayout, readCifar } from './readers/cifar.js';
import { filesBelow } from './readers/folder-files.js';
import { looksLikeIdx, readIdx } from './readers/idx.js';
import { readMatFolder } from './readers/mat-folder.js';
import { readWavFolder } from './readers/wav-folder.js';
import type { DataSource, RecordingSet } from './recordings.js';

const LOOKED_FOR = [
  DEFINITION_FILE,
  'train-images-idx3-ubyte (IDX)',
  'data_batch_*.bin or train.bin (CIFAR)',
  'two or more folders with .wav files',
];

/** Reads with the reader that the definition names, else with the one whose files are there. */
export function readRecordings(
  source: DataSource,
  definition: Definition | undefined,
  badFiles: BadFiles,
): RecordingSet {
  switch (definition?.reader) {
    case 'wav':
      return readWavFolder(source, definition, badFiles);
    case 'mat':
      return readMatFolder(source, definition, badFiles);
    case 'idx':
      return readIdx(source, definition);
    case 'cifar':
      return readCifar(source, definition, badFiles);
    case undefined:
      return readRecognised(source, badFiles);
  }
}

function readRecognised(source: DataSource, badFiles: BadFiles): RecordingSet {
  if (looksLikeIdx(source)) return readIdx(source, undefined);
  if (cifarLayout(source) !== undefined) return readCifar(source, undefined, badFiles);
  if (hasClassFolders(source)) return readWavFolder(source, undefined, badFiles);
  const text = `${source.title} is no data set that is known; looked for ${LOOKED_FOR.join(', ')}`;
  throw dataError('DATA_NOT_RECOGNISED', text, `describe it in a ${DEFINITION_FILE} (docs/datasets.md)`);
}

function hasClassFolders({ root }: DataSource): boolean {
  const wavs = filesBelow(root).filter((file) => /\/[^/]+\.wav$/i.test(file));
  return new Set(wavs.map((file) => file.slice(0, file.lastIndexOf('/')))).size >= 2;
}
