import type { Dataset, LearningSplits, Split } from './dataset.js';
import { holdOut } from './hold-out.js';
import { stratifiedIndices } from './stratify.js';

/** What search and training may see: the data set without its test split. */
export function learningSplits(dataset: Dataset): LearningSplits {
  const { name, classes, shape, frontEnd, train, validation, hash } = dataset;
  return { name, classes, shape, frontEnd, train, validation, hash };
}

/** The samples at `indices`, in that order, copied. */
export function subset(split: Split, indices: ArrayLike<number>): Split {
  const count = indices.length;
  const size = split.count === 0 ? 0 : split.inputs.length / split.count;
  const inputs = new Int8Array(count * size);
  const labels = new Uint16Array(count);
  const groups = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const from = indices[i];
    inputs.set(split.inputs.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = split.labels[from];
    groups[i] = split.groups[from];
  }
  return { count, inputs, labels, groups };
}

/** A seeded part of the split in which each class keeps its share. `fraction` in [0, 1]. */
export function takeStratified(split: Split, fraction: number, seed: number): Split {
  return subset(split, stratifiedIndices(split.labels, Math.round(split.count * fraction), seed));
}

/**
 * Divides by whole groups, so that no speaker or recording is on both sides.
 * @param fraction share of the second part, in [0, 1)
 * @returns `[rest, part]`; `part` holds about `fraction` of the samples
 */
export function divideByGroup(split: Split, fraction: number, seed: number): [Split, Split] {
  const flags = holdOut(split.labels, Array.from(split.groups, String), fraction, `divide:${seed}`);
  const sides: [number[], number[]] = [[], []];
  flags.forEach((flag, index) => sides[flag].push(index));
  return [subset(split, sides[0]), subset(split, sides[1])];
}
