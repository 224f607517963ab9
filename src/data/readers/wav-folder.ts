import { join } from 'node:path';
import { LitesnnError } from '../../core/errors.js';
import { readBytes } from '../../core/files.js';
import type { BadFiles } from '../bad-files.js';
import { dataError, errorOfProblem } from '../data-error.js';
import type { WavDefinition } from '../definition.js';
import { titleOf, type DataSource, type Recording, type RecordingSet } from '../recordings.js';
import { groupRule, sideRule } from './file-rules.js';
import { filesNamed, labelFiles, noFiles } from './labelled-files.js';
import { readManifest } from './manifest.js';
import { parseWav, type WavSamples } from './wav.js';

/** Speech Commands keeps long noise recordings beside its classes; they are no class. */
const NO_CLASS = /(^|\/)_background_noise_\//;

/** Recordings in WAV files: a folder a class, or whatever the definition's rules say. */
export function readWavFolder(
  source: DataSource,
  definition: WavDefinition | undefined,
  badFiles: BadFiles,
): RecordingSet {
  const files = filesNamed(source, 'wav', definition?.files).filter((file) => !NO_CLASS.test(file));
  if (files.length === 0) throw noFiles(source, 'wav', definition?.files);
  const manifest = readManifest(source, definition?.manifest);
  const labelled = labelFiles(source, definition, manifest, files, badFiles);
  const classes = definition?.classes ?? [...new Set(labelled.map(({ label }) => label))].sort();
  const sampleRate = definition?.sampleRate ?? firstSampleRate(source, labelled, badFiles);
  const groupOf = groupRule(definition, manifest);
  const sides = sideRule(source, definition, manifest, new Set(files), badFiles);
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
