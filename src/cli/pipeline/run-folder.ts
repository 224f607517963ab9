import { join } from 'node:path';

/** Where a run keeps the files of each stage; every stage starts from the files of the one before. */
export interface RunFolder {
  readonly root: string;
  readonly data: string;
  readonly search: string;
  readonly model: string;
  readonly firmware: string;
  readonly bootloader: string;
  readonly flash: string;
  readonly measure: string;
  readonly report: string;
  readonly compare: string;
  readonly stages: string;
  readonly settings: string;
}

export function runFolder(root: string): RunFolder {
  return {
    root,
    data: join(root, 'data'),
    search: join(root, 'search'),
    model: join(root, 'model'),
    firmware: join(root, 'firmware'),
    bootloader: join(root, 'firmware', 'bootloader'),
    flash: join(root, 'flash'),
    measure: join(root, 'measure'),
    report: join(root, 'report'),
    compare: join(root, 'compare'),
    stages: join(root, 'stages'),
    settings: join(root, 'run.json'),
  };
}
