import { join } from 'node:path';
import { readBytes } from '../../core/files.js';
import type { BadFiles } from '../bad-files.js';
import { dataError, errorOfProblem } from '../data-error.js';
import type { MatDefinition } from '../definition.js';
import { titleOf, type DataSource, type Recording, type RecordingSet } from '../recordings.js';
import { groupRule, sideRule } from './file-rules.js';
import { filesNamed, labelFiles, noFiles } from './labelled-files.js';
import { readManifest, type Manifest } from './manifest.js';
import { parseMat5, type MatArray } from './mat5.js';
import { quantize } from './quantize.js';
import { cutSection, sectionsOf } from './sections.js';

/** Recordings in MAT-files, one signal a file: a vector whose name, and all else, the definition's rules tell. */
export function readMatFolder(
  source: DataSource,
  definition: MatDefinition,
  badFiles: BadFiles,
): RecordingSet {
  const files = filesNamed(source, 'mat', definition.files);
  if (files.length === 0) throw noFiles(source, 'mat', definition.files);
  const manifest = readManifest(source, definition.manifest);
  const labelled = labelFiles(source, definition, manifest, files, badFiles);
  const classes = definition.classes ?? [...new Set(labelled.map(({ label }) => label))].sort();
  const groupOf = groupRule(definition, manifest);
  const sides = sideRule(source, definition, manifest, new Set(files), badFiles);
  const cutOf = sectionsOf(definition.sections, manifest);
  const recordings = labelled.flatMap(({ file, label: name }): Recording[] => {
    const label = classes.indexOf(name);
    const read = (): Int16Array => readSignal(source, file, definition, manifest);
    const sections = cutOf(file);
    if (sections === undefined) {
      return [{ name: file, label, group: groupOf(file), split: sides.sideOf(file), read }];
    }
    return sections.map((section) => ({
      name: `${file}#${section.index}`,
      label,
      // Its own group: sections of one recording may stand on both sides, because the definition says so.
      group: undefined,
      split: section.split,
      read: () => cutSection(read(), section),
    }));
  });
  return {
    reader: 'mat',
    classes,
    format: { kind: 'pcm16', sampleRate: definition.sampleRate },
    recordings,
    holdOut: sides.holdOut,
  };
}

function readSignal(
  source: DataSource,
  file: string,
  { variable, scale = 1 }: MatDefinition,
  manifest: Manifest,
): Int16Array {
  const title = titleOf(source, file);
  const wanted =
    'column' in variable ? manifest.cell(file, variable.column) : `matching ${variable.pattern.source}`;
  const isWanted = (name: string): boolean =>
    'column' in variable ? name === wanted : variable.pattern.test(name);
  const parsed = parseMat5(readBytes(join(source.root, file)), isWanted);
  if (!parsed.ok) throw errorOfProblem(title, parsed);
  const array = onlyArray(title, wanted, parsed.arrays, parsed.names);
  const samples = quantize(array.values, scale);
  if (!(samples instanceof Int16Array)) throw errorOfProblem(`${title}: variable ${array.name}`, samples);
  return samples;
}

function onlyArray(
  title: string,
  wanted: string,
  arrays: readonly MatArray[],
  names: readonly string[],
): MatArray {
  if (arrays.length === 0) {
    const there = names.length === 0 ? 'it holds no variables' : `it holds ${names.join(', ')}`;
    throw dataError('DATA_MAT_NO_VARIABLE', `${title} has no variable ${wanted}`, there);
  }
  if (arrays.length > 1) {
    const found = arrays.map(({ name }) => name).join(', ');
    const hint = 'make the pattern of variable narrower, or name it in a column of the manifest';
    throw dataError('DATA_MAT_MANY_VARIABLES', `${title} has several variables ${wanted}: ${found}`, hint);
  }
  const [array] = arrays;
  // One extent is the length, all others are 1: more would be several channels or pictures.
  if (array.values.length === 0 || Math.max(...array.dimensions) !== array.values.length) {
    const text = `${title}: variable ${array.name} is ${array.dimensions.join(' x ')}, a vector is needed`;
    throw dataError('DATA_MAT_NOT_VECTOR', text, 'choose another variable, or save each channel by itself');
  }
  return array;
}
