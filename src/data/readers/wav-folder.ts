import { join } from 'node:path';
import { LitesnnError } from '../../core/errors.js';
import { readBytes } from '../../core/files.js';
import type { BadFiles } from '../bad-files.js';
import { dataError, errorOfProblem } from '../data-error.js';
import type { WavDefinition } from '../definition.js';
import { titleOf, type DataSource, type Recording, type RecordingSet } from '../recordings.js';
import { filesBelow } from './folder-files.js';
import { groupRule, labelRule, sideRule } from './wav-rules.js';
import { parseWav, type WavSamples } from './wav.js';

/** Speech Commands keeps long noise recordings beside its classes; they are no class. */
const NO_CLASS = /(^|\/)_background_noise_\//;

/** Recordings in WAV files: a folder a class, or whatever the definition's rules say. */
export function readWavFolder(
  source: DataSource,
  definition: WavDefinition | undefined,
  badFiles: BadFiles,
): RecordingSet {
  const files = wavFiles(source, definition);
  const labelled = labelFiles(source, definition, files, badFiles);
  const classes = definition?.classes ?? [...new Set(labelled.map(({ label }) => label))].sort();
  const sampleRate = definition?.sampleRate ?? firstSampleRate(source, labelled, badFiles);
  const groupOf = groupRule(definition);
  const sides = sideRule(source, definition, new Set(files), badFiles);
  const recordings = labelled.map(({ file, label }): Recording => ({
    name: file,
    label: classes.indexOf(label),
    group: groupOf(file),
    split: sides.sideOf(file),
    read: () => readWav(source, file, sampleRate).samples,
  }));
  return {
    reader: 'wav',
    classes,
    format: { kind: 'pcm16', sampleRate },
    recordings,
    holdOut: sides.holdOut,
  };
}

function wavFiles(source: DataSource, definition: WavDefinition | undefined): string[] {
  const wanted = definition?.files;
  const files = filesBelow(source.root).filter(
    (file) => /\.wav$/i.test(file) && !NO_CLASS.test(file) && (wanted === undefined || wanted.test(file)),
  );
  if (files.length > 0) return files;
  const which = wanted === undefined ? '.wav files' : `.wav files whose path matches ${wanted.source}`;
  throw dataError(
    'DATA_NO_FILES',
    `${source.title} holds no ${which}`,
    'check the path, or files in the definition',
  );
}

function labelFiles(
  source: DataSource,
  definition: WavDefinition | undefined,
  files: readonly string[],
  badFiles: BadFiles,
): { file: string; label: string }[] {
  const labelOf = labelRule(source, definition);
  const known = definition?.classes;
  const labelled: { file: string; label: string }[] = [];
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

/** Rate of the first file that can be read; every other file is compared with it. */
function firstSampleRate(source: DataSource, files: readonly { file: string }[], badFiles: BadFiles): number {
  for (const { file } of files) {
    try {
      return readWav(source, file, undefined).sampleRate;
    } catch (error) {
      // Under 'skip' the file is read, and then counted, once more when its turn comes.
      if (!(error instanceof LitesnnError) || badFiles.policy === 'fail') throw error;
    }
  }
  throw dataError('DATA_NO_FILES', `${source.title}: none of its .wav files can be read`);
}

function readWav(source: DataSource, file: string, sampleRate: number | undefined): WavSamples {
  const title = titleOf(source, file);
  const wav = parseWav(readBytes(join(source.root, file)));
  if (!wav.ok) throw errorOfProblem(title, wav);
  if (sampleRate !== undefined && wav.sampleRate !== sampleRate) {
    const text = `${title} has ${wav.sampleRate} Hz, the set has ${sampleRate} Hz`;
    throw dataError('DATA_WAV_RATE', text, 'resample it, for example with: sox in.wav -r RATE out.wav');
  }
  return wav;
}
