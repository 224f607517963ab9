import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/core/paths.js';

/** A data set that benchmarks run on, where it was found. */
export interface FoundDataset {
  readonly name: DatasetName;
  readonly data: string;
  readonly definition?: string | undefined;
}

export interface MissingDataset {
  readonly name: DatasetName;
  /** One line: what is not there, and how to give it. */
  readonly missing: string;
}

export type DatasetName = 'fashion-mnist' | 'fsdd';

const FASHION_FOLDER = '/usr/share/datasets/fashion-mnist';

/** Where data packs are looked for without the option: what the environment says, else beside the checkout. */
export function defaultDataRoot(): string {
  return process.env.LITESNN_DATA ?? join(packageRoot, '..', 'shared', 'data');
}

export const dataRootOption = {
  type: 'string',
  describe: 'folder with data packs; default: environment LITESNN_DATA, then ../shared/data',
} as const;

function locateFashion(): FoundDataset | MissingDataset {
  return existsSync(FASHION_FOLDER)
    ? { name: 'fashion-mnist', data: FASHION_FOLDER }
    : { name: 'fashion-mnist', missing: `no ${FASHION_FOLDER}: apt-get install dataset-fashion-mnist` };
}

function locateFsdd(dataRoot: string): FoundDataset | MissingDataset {
  const data = ['fsdd', 'fsdd.tar.gz'].map((name) => join(dataRoot, name)).find((path) => existsSync(path));
  return data === undefined
    ? { name: 'fsdd', missing: `no fsdd in ${dataRoot}: give --data-root or LITESNN_DATA` }
    : { name: 'fsdd', data, definition: join(packageRoot, 'docs', 'datasets', 'fsdd.yaml') };
}

export function locateDataset(
  name: DatasetName,
  dataRoot: string = defaultDataRoot(),
): FoundDataset | MissingDataset {
  return name === 'fashion-mnist' ? locateFashion() : locateFsdd(dataRoot);
}
