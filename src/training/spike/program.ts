import type { PartKernel, TaskKernel } from './kernels.js';

export interface Task {
  readonly kernel: TaskKernel;
  readonly descriptor: number;
  /** Thread that should run it, so that work is even. */
  readonly owner: number;
}

export interface PartCall {
  readonly kernel: PartKernel;
  readonly descriptor: number;
}

/**
 * What can be done at once: tasks, and for each part (a fixed range of samples) all calls in order. Tasks and calls of one phase do
 * not depend on each other, nor do parts; the next phase may depend on all of them.
 */
export interface Phase {
  readonly tasks: readonly Task[];
  readonly calls: readonly PartCall[];
}

export type Program = readonly Phase[];

/** Samples `from..to` of the batch. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

export const ProgramIndex = { forward: 0, backward: 1, evaluate: 2 } as const;

/** Everything a thread needs besides the memory; plain data, so that it can be sent to workers. */
export interface Programs {
  readonly programs: readonly Program[];
  readonly parts: readonly Part[];
  /** Address of the team's control words. */
  readonly control: number;
  readonly threads: number;
  /** Most parts and tasks that a phase has. */
  readonly items: number;
}

/** Splits the batch into parts of nearly equal size. */
export function partsOf(batch: number, count: number): Part[] {
  return Array.from({ length: count }, (_, i) => ({
    from: Math.floor((i * batch) / count),
    to: Math.floor(((i + 1) * batch) / count),
  }));
}
