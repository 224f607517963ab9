import { join } from 'node:path';

/** Where a run keeps the files of each stage; every stage starts from the files of the one before. */
export interface RunFolder {
  readonly root: string;
  readonly data: string;
  readonly search: string;
  readonly model: string;
  readonly firmware: string;
  readonly bootloader: string;
  /** The same board code without a network. */
  readonly baseline: string;
  readonly flash: string;
  readonly measure: string;
  /** Predictions made before flashing, and how they held. */
  readonly energy: string;
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
    baseline: join(root, 'firmware', 'baseline'),
    flash: join(root, 'flash'),
    measure: join(root, 'measure'),
    energy: join(root, 'energy'),
    report: join(root, 'report'),
    compare: join(root, 'compare'),
    stages: join(root, 'stages'),
    settings: join(root, 'run.json'),
  };
}

/** C projects of a run: the application with and without a network, and a bootloader where the board needs one. */
export function projectsOf({ firmware, baseline, bootloader }: RunFolder, withBootloader: boolean): string[] {
  return withBootloader ? [firmware, baseline, bootloader] : [firmware, baseline];
}
