import type { Shape } from '../core/geometry.js';
import type { SkippedFile } from './bad-files.js';
import type { Splits } from './convert.js';
import type { FrontEndSpec, Split } from './dataset.js';
import { SPLIT_NAMES, type SplitName } from './recordings.js';
import type { Repeats } from './repeats.js';
import type { WindowFormat } from './front-ends/front-end.js';

export interface SplitSummary {
  readonly samples: number;
  /** Speakers or recordings; as many as samples where names tell no group. */
  readonly groups: number;
  /** Samples of each class, in the order of `classes`. */
  readonly perClass: readonly number[];
}

/** What was read, for people and reports; a plain JSON value. */
export interface DatasetSummary {
  readonly name: string;
  /** Path that the user gave or the definition named. */
  readonly source: string;
  readonly reader: string;
  readonly classes: readonly string[];
  /** Before the front-end. */
  readonly raw: WindowFormat;
  /** After it. */
  readonly shape: Shape;
  readonly frontEnd: FrontEndSpec;
  readonly splits: Readonly<Record<SplitName, SplitSummary>>;
  readonly skipped: readonly SkippedFile[];
  readonly repeats: Repeats;
  /** What somebody who reads the figures should know, one line each. */
  readonly notes: readonly string[];
  readonly hash: string;
}

export function summarizeSplits(splits: Splits, classes: number): Record<SplitName, SplitSummary> {
  const of = (split: Split): SplitSummary => {
    const perClass = new Array<number>(classes).fill(0);
    for (const label of split.labels) perClass[label]++;
    return { samples: split.count, groups: new Set(split.groups).size, perClass };
  };
  return { train: of(splits.train), validation: of(splits.validation), test: of(splits.test) };
}

export function notesOn(
  splits: Readonly<Record<SplitName, SplitSummary>>,
  classes: readonly string[],
  repeats: Repeats,
  skipped: number,
): string[] {
  const notes: string[] = [];
  if (skipped > 0) notes.push(`${skipped} bad files were skipped`);
  const removed = repeats.removedFromTrain + repeats.removedFromValidation;
  if (removed > 0)
    notes.push(`${removed} samples were removed because they are repeated in a held-out split`);
  for (const name of SPLIT_NAMES) {
    const missing = classes.filter((_, index) => splits[name].perClass[index] === 0);
    if (missing.length > 0) notes.push(`no ${name} sample of ${missing.join(', ')}`);
  }
  return notes;
}
