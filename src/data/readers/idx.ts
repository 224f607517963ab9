import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../core/files.js';
import { dataError, errorOfProblem } from '../data-error.js';
import type { IdxDefinition } from '../definition.js';
import { sharesFor } from './shares.js';
import {
  titleOf,
  type DataSource,
  type Recording,
  type RecordingSet,
  type SplitName,
} from '../recordings.js';
import { readLines, plainOrGzip, readPlainOrGzip } from './gzip.js';
import { parseIdx, type IdxTensor } from './idx-format.js';

/** Optional file with a class name a line, in label order. */
const CLASS_NAMES_FILE = 'labels.txt';

/** SHA-256 of the training labels (without their header) of sets whose files carry no class names. */
const KNOWN_SETS: Readonly<Record<string, readonly string[]>> = {
  // Fashion-MNIST, labels from its README.
  '657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7': [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
};

interface ImagePair {
  readonly images: string;
  readonly labels: string;
}

const NAMES: Readonly<Record<'train' | 'test', readonly ImagePair[]>> = {
  train: [pairOf('train', '-'), pairOf('train', '.')],
  test: [pairOf('t10k', '-'), pairOf('t10k', '.')],
};

function pairOf(prefix: string, separator: string): ImagePair {
  return {
    images: `${prefix}-images${separator}idx3-ubyte`,
    labels: `${prefix}-labels${separator}idx1-ubyte`,
  };
}

/** Whether the folder has training images under the names of MNIST and its relatives. */
export function looksLikeIdx(source: DataSource): boolean {
  return NAMES.train.some(({ images }) => plainOrGzip(source, images) !== undefined);
}

/** Images and labels in IDX files, as MNIST, Fashion-MNIST and their relatives come. */
export function readIdx(source: DataSource, definition: IdxDefinition | undefined): RecordingSet {
  const train = readPair(source, definition?.files?.train ?? present(source, 'train') ?? NAMES.train[0]);
  const testFiles = definition?.files === undefined ? present(source, 'test') : definition.files.test;
  const test = testFiles === undefined ? undefined : readPair(source, testFiles);
  const [, height, width] = train.images.sizes;
  if (test !== undefined && (test.images.sizes[1] !== height || test.images.sizes[2] !== width)) {
    const text = `${source.title}: training images are ${height} x ${width}, test images ${test.images.sizes.slice(1).join(' x ')}`;
    throw dataError('DATA_IDX_SHAPES_DIFFER', text);
  }
  const classes = classNames(source, definition, train.labels.data, test?.labels.data);
  return {
    reader: 'idx',
    classes,
    format: { kind: 'pixels', shape: { height, width, channels: 1 } },
    recordings: [
      ...recordingsOf(source, train, undefined, classes.length),
      ...(test === undefined ? [] : recordingsOf(source, test, 'test', classes.length)),
    ],
    holdOut: sharesFor(definition?.split, test !== undefined),
  };
}

/** The pair under its usual names; also when only one of the two is there, so that the other one is reported missing. */
function present(source: DataSource, side: 'train' | 'test'): ImagePair | undefined {
  return NAMES[side].find((pair) => plainOrGzip(source, pair.images) ?? plainOrGzip(source, pair.labels));
}

interface LoadedPair {
  readonly file: string;
  readonly labelsFile: string;
  readonly images: IdxTensor;
  readonly labels: IdxTensor;
}

function readPair(source: DataSource, pair: ImagePair): LoadedPair {
  const file = plainOrGzip(source, pair.images) ?? pair.images;
  const labelsFile = plainOrGzip(source, pair.labels) ?? pair.labels;
  const images = readTensor(source, file, 3);
  const labels = readTensor(source, labelsFile, 1);
  if (images.sizes[0] !== labels.sizes[0]) {
    const text = `${titleOf(source, labelsFile)} has ${labels.sizes[0]} labels for the ${images.sizes[0]} images of ${file}`;
    throw dataError('DATA_IDX_COUNT', text, 'the two files belong to different sets');
  }
  return { file, labelsFile, images, labels };
}

function readTensor(source: DataSource, file: string, dimensions: number): IdxTensor {
  const tensor = parseIdx(readPlainOrGzip(source, file), dimensions);
  if (!tensor.ok) throw errorOfProblem(titleOf(source, file), tensor);
  return tensor;
}

function recordingsOf(
  source: DataSource,
  { file, labelsFile, images, labels }: LoadedPair,
  split: SplitName | undefined,
  classes: number,
): Recording[] {
  const size = images.sizes[1] * images.sizes[2];
  return Array.from(labels.data, (label, index) => {
    if (label >= classes) {
      const text = `${titleOf(source, labelsFile)}: label ${index} is ${label}, there are ${classes} classes`;
      throw dataError('DATA_IDX_LABEL', text, `add the missing names to ${CLASS_NAMES_FILE} or classes`);
    }
    const read = (): Uint8Array => images.data.subarray(index * size, (index + 1) * size);
    return { name: `${file}#${index}`, label, group: undefined, split, read };
  });
}

function classNames(
  source: DataSource,
  definition: IdxDefinition | undefined,
  train: Uint8Array,
  test: Uint8Array | undefined,
): readonly string[] {
  if (definition?.classes !== undefined) return definition.classes;
  if (existsSync(join(source.root, CLASS_NAMES_FILE))) return readLines(source, CLASS_NAMES_FILE);
  const known = KNOWN_SETS[sha256(train)] as readonly string[] | undefined;
  if (known !== undefined) return known;
  let largest = 0;
  for (const labels of [train, test ?? new Uint8Array(0)]) {
    for (const label of labels) largest = Math.max(largest, label);
  }
  return Array.from({ length: largest + 1 }, (_, label) => String(label));
}
