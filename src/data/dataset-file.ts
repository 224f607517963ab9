import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { elementsOf, type Shape } from '../core/geometry.js';
import { readBytes, readJson, sha256, writeAtomic, writeJson } from '../core/files.js';
import type { Splits } from './convert.js';
import { dataError } from './data-error.js';
import { datasetHash } from './dataset-hash.js';
import {
  DATASET_FORMAT,
  DATASET_FORMAT_VERSION,
  parseHeader,
  type DatasetHeader,
} from './dataset-file-header.js';
import type { Dataset, Split } from './dataset.js';
import type { LoadedDataset } from './load.js';
import { SPLIT_NAMES } from './recordings.js';
import type { DatasetSummary } from './summary.js';

const HEADER_FILE = 'dataset.json';
const SAMPLES_FILE = 'dataset.bin';
const FETCH_AGAIN = 'convert the data set again';

/** Bytes of a sample's group (int32) and label (uint16). */
const GROUP_BYTES = 4;
const LABEL_BYTES = 2;

/**
 * Writes `dataset.json` and `dataset.bin` into the folder, each whole or not at all, the samples first: a folder that was left between the
 * two is recognised by its checksum.
 */
export function writeDataset(folder: string, dataset: Dataset, summary: DatasetSummary): void {
  const bytes = encodeSamples(dataset);
  const { name, classes, shape, frontEnd, hash } = dataset;
  const header: DatasetHeader = {
    format: DATASET_FORMAT,
    version: DATASET_FORMAT_VERSION,
    name,
    classes,
    shape,
    frontEnd,
    counts: { train: dataset.train.count, validation: dataset.validation.count, test: dataset.test.count },
    hash,
    samples: { bytes: bytes.length, sha256: sha256(bytes) },
    summary,
  };
  writeAtomic(join(folder, SAMPLES_FILE), bytes);
  writeJson(join(folder, HEADER_FILE), header);
}

/** @throws LitesnnError DATASET_* that names the file and its defect */
export function readDataset(folder: string): LoadedDataset {
  const headerFile = join(folder, HEADER_FILE);
  const samplesFile = join(folder, SAMPLES_FILE);
  for (const file of [headerFile, samplesFile]) {
    if (!existsSync(file)) throw dataError('DATASET_MISSING', `${file} does not exist`, FETCH_AGAIN);
  }
  const header = parseHeader(readJson(headerFile), headerFile);
  const bytes = readBytes(samplesFile);
  checkBytes(bytes, header, samplesFile);
  const splits = decodeSamples(bytes, header);
  const { name, classes, shape, frontEnd, hash, summary } = header;
  checkLabels(splits, classes.length, samplesFile);
  if (datasetHash({ shape, classes, frontEnd }, splits) !== hash) {
    const text = `${headerFile}: shape, classes or front-end are not those that the hash was made of`;
    throw dataError('DATASET_HASH', text, FETCH_AGAIN);
  }
  return { dataset: { name, classes, shape, frontEnd, ...splits, hash }, summary };
}

function bytesOf(count: number, shape: Shape): number {
  return count * (GROUP_BYTES + LABEL_BYTES + elementsOf(shape));
}

function checkBytes(bytes: Uint8Array, { samples, counts, shape }: DatasetHeader, file: string): void {
  const expected = SPLIT_NAMES.reduce((sum, name) => sum + bytesOf(counts[name], shape), 0);
  if (bytes.length !== expected || samples.bytes !== expected) {
    const code = bytes.length < expected ? 'DATASET_SHORT' : 'DATASET_LONG';
    throw dataError(code, `${file} has ${bytes.length} bytes, ${expected} are needed`, FETCH_AGAIN);
  }
  if (sha256(bytes) !== samples.sha256) {
    throw dataError(
      'DATASET_CHECKSUM',
      `${file} is damaged: its SHA-256 is not the one in ${HEADER_FILE}`,
      FETCH_AGAIN,
    );
  }
}

function checkLabels(splits: Splits, classes: number, file: string): void {
  for (const name of SPLIT_NAMES) {
    const wrong = splits[name].labels.findIndex((label) => label >= classes);
    if (wrong < 0) continue;
    const text = `${file}: label ${splits[name].labels[wrong]} of ${name} sample ${wrong}, there are ${classes} classes`;
    throw dataError('DATASET_LABEL', text, FETCH_AGAIN);
  }
}

/** For train, validation, test: groups int32, labels uint16 (both little-endian), inputs int8. */
function encodeSamples(dataset: Dataset): Uint8Array {
  const total = SPLIT_NAMES.reduce((sum, name) => sum + bytesOf(dataset[name].count, dataset.shape), 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const name of SPLIT_NAMES) {
    const { groups, labels, inputs, count } = dataset[name];
    for (let i = 0; i < count; i++, at += GROUP_BYTES) view.setInt32(at, groups[i], true);
    for (let i = 0; i < count; i++, at += LABEL_BYTES) view.setUint16(at, labels[i], true);
    bytes.set(new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.length), at);
    at += inputs.length;
  }
  return bytes;
}

function decodeSamples(bytes: Uint8Array, { counts, shape }: DatasetHeader): Splits {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const next = (count: number): Split => {
    const groups = Int32Array.from({ length: count }, (_, i) => view.getInt32(at + i * GROUP_BYTES, true));
    at += count * GROUP_BYTES;
    const labels = Uint16Array.from({ length: count }, (_, i) => view.getUint16(at + i * LABEL_BYTES, true));
    at += count * LABEL_BYTES;
    const size = count * elementsOf(shape);
    const inputs = Int8Array.from(new Int8Array(bytes.buffer, bytes.byteOffset + at, size));
    at += size;
    return { count, inputs, labels, groups };
  };
  return { train: next(counts.train), validation: next(counts.validation), test: next(counts.test) };
}
