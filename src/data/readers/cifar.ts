import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BadFiles } from '../bad-files.js';
import { dataError, errorOfProblem } from '../data-error.js';
import type { CifarDefinition } from '../definition.js';
import {
  titleOf,
  type DataSource,
  type Recording,
  type RecordingSet,
  type SplitName,
} from '../recordings.js';
import { CIFAR_SHAPE, CIFAR_VARIANTS, parseCifar, type CifarVariant } from './cifar-format.js';
import { sharesFor } from './shares.js';
import { plainOrGzip, readLines, readPlainOrGzip } from './gzip.js';

interface CifarLayout {
  readonly variant: CifarVariant;
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** Files of the publisher's binary versions, or undefined. Any number of training batches will do. */
export function cifarLayout(source: DataSource): CifarLayout | undefined {
  const batches = readdirSync(source.root)
    .filter((file) => /^data_batch_\d+\.bin(\.gz)?$/.test(file))
    .sort();
  if (batches.length > 0) {
    const test = plainOrGzip(source, 'test_batch.bin');
    return { variant: 'cifar-10', train: batches, test: test === undefined ? [] : [test] };
  }
  const train = plainOrGzip(source, 'train.bin');
  if (train === undefined) return undefined;
  const test = plainOrGzip(source, 'test.bin');
  return { variant: 'cifar-100-fine', train: [train], test: test === undefined ? [] : [test] };
}

/** CIFAR-10 or CIFAR-100, binary version. Groups are unknown: every image is its own. */
export function readCifar(
  source: DataSource,
  definition: CifarDefinition | undefined,
  badFiles: BadFiles,
): RecordingSet {
  const layout = layoutOf(source, definition);
  const classes = classNames(source, definition, layout.variant);
  return {
    reader: 'cifar',
    classes,
    format: { kind: 'pixels', shape: CIFAR_SHAPE },
    recordings: [
      ...layout.train.flatMap((file) => readBatch(source, file, layout.variant, undefined, badFiles)),
      ...layout.test.flatMap((file) => readBatch(source, file, layout.variant, 'test', badFiles)),
    ],
    holdOut: sharesFor(definition?.split, layout.test.length > 0),
  };
}

function layoutOf(source: DataSource, definition: CifarDefinition | undefined): CifarLayout {
  const own = cifarLayout(source);
  const variant = definition?.variant ?? own?.variant ?? 'cifar-10';
  if (definition?.files !== undefined) {
    return { variant, train: definition.files.train, test: definition.files.test ?? [] };
  }
  if (own !== undefined) return { ...own, variant };
  const text = `${source.title} holds neither data_batch_*.bin nor train.bin`;
  throw dataError('DATA_NO_FILES', text, 'name the files in the definition');
}

function readBatch(
  source: DataSource,
  file: string,
  variant: CifarVariant,
  split: SplitName | undefined,
  badFiles: BadFiles,
): Recording[] {
  try {
    const batch = parseCifar(readPlainOrGzip(source, plainOrGzip(source, file) ?? file), variant);
    if (!batch.ok) throw errorOfProblem(titleOf(source, file), batch);
    return Array.from(batch.labels, (label, index) => ({
      name: `${file}#${index}`,
      label,
      group: undefined,
      split,
      read: () => batch.image(index),
    }));
  } catch (error) {
    badFiles.reject(file, error);
    return [];
  }
}

function classNames(
  source: DataSource,
  definition: CifarDefinition | undefined,
  variant: CifarVariant,
): readonly string[] {
  const { classes: count, namesFile } = CIFAR_VARIANTS[variant];
  const names = definition?.classes ?? namesFrom(source, definition?.classNames, namesFile);
  if (names === undefined) return Array.from({ length: count }, (_, label) => String(label));
  if (names.length === count) return names;
  throw dataError(
    'DATA_CIFAR_NAMES',
    `${source.title}: ${names.length} class names for the ${count} classes of ${variant}`,
  );
}

function namesFrom(source: DataSource, named: string | undefined, usual: string): string[] | undefined {
  if (named !== undefined) return readLines(source, named);
  return existsSync(join(source.root, usual)) ? readLines(source, usual) : undefined;
}
