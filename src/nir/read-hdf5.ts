import { readFileSync } from 'node:fs';
import h5wasm, { Dataset, Group } from 'h5wasm/node';
import { messageOf } from '../core/errors.js';
import { nirError, type NirTensor } from './graph.js';

/** Far above any network for a microcontroller. */
const LARGEST_FILE = 256 * 1024 * 1024;

/** What an HDF5 file holds, as far as NIR uses it: groups, texts, lists of texts and tensors. */
export type HdfValue = string | readonly string[] | NirTensor | HdfGroup;
export type HdfGroup = ReadonlyMap<string, HdfValue>;

const DEEPEST = 16;

function numbersOf(value: unknown): Float64Array | undefined {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return Float64Array.of(Number(value));
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined;
  const values = value as unknown as ArrayLike<number | bigint>;
  return Float64Array.from({ length: values.length }, (_, i) => Number(values[i]));
}

function valueOf(dataset: Dataset, path: string): HdfValue {
  const { value, shape } = dataset;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((entry): entry is string => typeof entry === 'string')) {
    return shape?.length === 0 && value.length === 1 ? value[0] : value;
  }
  const values = numbersOf(value);
  if (values === undefined) throw nirError('NIR_FILE', `${path}: neither numbers nor text`);
  return { shape: shape ?? [], values };
}

function groupOf(group: Group, path: string, depth: number): HdfGroup {
  if (depth > DEEPEST) throw nirError('NIR_FILE', `${path}: groups are nested too deep`);
  const entries = new Map<string, HdfValue>();
  for (const name of group.keys()) {
    // Notes of the program that wrote it.
    if (name === 'metadata') continue;
    const item = group.get(name);
    if (item instanceof Group) entries.set(name, groupOf(item, `${path}/${name}`, depth + 1));
    else if (item instanceof Dataset) entries.set(name, valueOf(item, `${path}/${name}`));
  }
  return entries;
}

/**
 * Groups and data sets of an HDF5 file.
 * @throws LitesnnError NIR_FILE: unreadable, too large, truncated, or not HDF5
 */
export async function readHdf5(path: string): Promise<HdfGroup> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw nirError('NIR_FILE', `${path}: ${messageOf(cause)}`, undefined, cause);
  }
  if (bytes.length > LARGEST_FILE)
    throw nirError('NIR_FILE', `${path} is larger than any network for a board`);
  const library = await h5wasm.ready;
  // The library would print its stack of errors instead.
  library.activate_throwing_error_handler();
  try {
    const file = new h5wasm.File(path, 'r');
    try {
      return groupOf(file, '', 0);
    } finally {
      file.close();
    }
  } catch (cause) {
    throw nirError(
      'NIR_FILE',
      `${path} is not a whole HDF5 file: ${messageOf(cause).slice(0, 200)}`,
      'write it again with nir.write(path, graph)',
      cause,
    );
  }
}
