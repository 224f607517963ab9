import { createHash } from 'node:crypto';
import type { Splits } from './convert.js';
import type { Split } from './dataset.js';
import { subset } from './splits.js';

/** Samples that are byte for byte the same for the network (after the front-end), whatever their labels. */
export interface Repeats {
  /** Training samples that also stand in test or validation; removed. */
  readonly removedFromTrain: number;
  /** Validation samples that also stand in test; removed. */
  readonly removedFromValidation: number;
  /** Repeats inside a split; kept. */
  readonly within: { readonly train: number; readonly validation: number; readonly test: number };
}

/** Removes from the left what stands further right in train, validation, test: the test split stays complete. */
export function removeRepeats(splits: Splits): { splits: Splits; repeats: Repeats } {
  const test = digestsOf(splits.test);
  const validation = digestsOf(splits.validation);
  const keptValidation = indicesNotIn(validation, new Set(test));
  const train = digestsOf(splits.train);
  const keptTrain = indicesNotIn(train, new Set([...test, ...validation]));
  return {
    splits: {
      test: splits.test,
      validation: only(splits.validation, keptValidation),
      train: only(splits.train, keptTrain),
    },
    repeats: {
      removedFromTrain: train.length - keptTrain.length,
      removedFromValidation: validation.length - keptValidation.length,
      within: {
        train: repeatsIn(keptTrain.map((index) => train[index])),
        validation: repeatsIn(keptValidation.map((index) => validation[index])),
        test: repeatsIn(test),
      },
    },
  };
}

function digestsOf({ count, inputs }: Split): string[] {
  const size = count === 0 ? 0 : inputs.length / count;
  return Array.from({ length: count }, (_, i) =>
    createHash('sha256')
      .update(inputs.subarray(i * size, (i + 1) * size))
      .digest('base64'),
  );
}

function indicesNotIn(digests: readonly string[], known: ReadonlySet<string>): number[] {
  return digests.flatMap((digest, index) => (known.has(digest) ? [] : [index]));
}

function repeatsIn(digests: readonly string[]): number {
  return digests.length - new Set(digests).size;
}

function only(split: Split, indices: readonly number[]): Split {
  return indices.length === split.count ? split : subset(split, indices);
}
