import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/core/paths.js';
import type { Budget } from '../src/cli/pipeline/settings.js';
import { defaultDataRoot } from './datasets.js';

/** A data set of real recordings, and what is asked of a network for it. */
export interface RealDataset {
  readonly name: RealDatasetName;
  readonly preset: string;
  readonly budget: Budget;
  /** Definition file below docs/datasets. */
  readonly definition: string;
  /** What the definition looks for in the data root; one of them is enough. */
  readonly packs: readonly string[];
}

export type RealDatasetName = 'kws' | 'fsdd' | 'cwru-12k' | 'cwru-48k' | 'cifar-10-part';

const KIB = 1024;

/** What is usual for a small microcontroller; the goals of keyword spotting are stated for it. */
const SMALL_BOARD: Budget = { flashBytes: 128 * KIB, ramBytes: 32 * KIB };

export const REAL_DATASETS: readonly RealDataset[] = [
  {
    name: 'kws',
    preset: 'keyword',
    budget: SMALL_BOARD,
    definition: 'speech-commands-12.yaml',
    packs: ['speech_commands', 'speech-commands-12.tar.gz'],
  },
  {
    name: 'fsdd',
    preset: 'keyword',
    budget: SMALL_BOARD,
    definition: 'fsdd.yaml',
    packs: ['fsdd', 'fsdd.tar.gz'],
  },
  {
    name: 'cwru-12k',
    preset: 'quick',
    budget: {},
    definition: 'cwru-12k.yaml',
    packs: ['cwru_12k_drive_end', 'cwru-12k-drive-end.tar.gz'],
  },
  {
    name: 'cwru-48k',
    preset: 'quick',
    budget: {},
    definition: 'cwru-48k.yaml',
    packs: ['cwru_48k_drive_end_load0', 'cwru-48k-drive-end-load0.tar.gz'],
  },
  {
    name: 'cifar-10-part',
    preset: 'quick',
    budget: {},
    definition: 'cifar-10-part.yaml',
    packs: ['cifar-10'],
  },
];

/** The definition of a data set that is there, or one line that says what is not and how to give it. */
export function locateRealDataset(
  { name, definition, packs }: RealDataset,
  dataRoot: string = defaultDataRoot(),
): { readonly data: string; readonly dataRoot: string } | { readonly missing: string } {
  if (packs.some((pack) => existsSync(join(dataRoot, pack)))) {
    return { data: join(packageRoot, 'docs', 'datasets', definition), dataRoot };
  }
  return { missing: `no ${packs.join(' or ')} for ${name} in ${dataRoot}: give --data-root or LITESNN_DATA` };
}
