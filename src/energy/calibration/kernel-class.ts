/**
 * Classes of generated code that may draw different currents: what reads the int8 input, what looks for spikes, what adds rows of
 * weights, what walks spikes channel by channel, what updates membranes, and the head with everything done once.
 */
export const KERNEL_CLASSES = ['input', 'lists', 'sums', 'depthwise', 'neurons', 'head'] as const;

export type KernelClass = (typeof KERNEL_CLASSES)[number];

/** Kernels by the start of their names (src/codegen/plan/work.ts); the first that fits counts. */
const BY_PREFIX: readonly (readonly [string, KernelClass])[] = [
  ['input-', 'input'],
  ['lif-stem', 'input'],
  ['list-', 'lists'],
  ['pool-', 'lists'],
  ['depthwise', 'depthwise'],
  ['row-depthwise', 'depthwise'],
  ['lif-', 'neurons'],
  ['with-base', 'neurons'],
  ['without-base', 'neurons'],
  ['head', 'head'],
  ['layer', 'head'],
];

/** Of a part of the work, `kernel.part`. Kernels without an entry add weights. */
export function kernelClassOf(part: string): KernelClass {
  return BY_PREFIX.find(([prefix]) => part.startsWith(prefix))?.[1] ?? 'sums';
}
