import { silentProgress, type Progress } from '../core/progress.js';
import { defaultCacheFolder } from './archive.js';
import { assignSplits } from './assign-splits.js';
import { BadFiles, type BadFilePolicy } from './bad-files.js';
import {
  calibrationWindows,
  convertRecordings,
  placeRecordings,
  type PlacedRecording,
  type Splits,
} from './convert.js';
import { dataError } from './data-error.js';
import { datasetHash } from './dataset-hash.js';
import type { Dataset } from './dataset.js';
import type { Definition } from './definition.js';
import type { FrontEnd, WindowFormat } from './front-ends/front-end.js';
import { completeFrontEnd, createFrontEnd } from './front-ends/registry.js';
import { locateData } from './locate.js';
import { readRecordings } from './recognise.js';
import { SPLIT_NAMES, type InputFormat, type SplitName } from './recordings.js';
import { removeRepeats } from './repeats.js';
import { subset } from './splits.js';
import { stratifiedIndices } from './stratify.js';
import { notesOn, summarizeSplits, type DatasetSummary } from './summary.js';
import { windowRuleOf } from './window-rule.js';
import type { WindowRule } from './windows.js';

/** Largest number of samples of each split. */
export type SplitLimits = Readonly<Partial<Record<SplitName, number | undefined>>>;

export interface LoadOptions {
  /** Folder of a data set, its `.tar.gz`, or a definition (`.yaml`). */
  readonly path: string;
  /** Definition for the data at `path`, where that has none of its own. */
  readonly definition?: string | undefined;
  /** Folder from which the `path` inside a definition is taken, instead of the definition's own. */
  readonly dataRoot?: string | undefined;
  /** Over the definition's; default 'fail'. */
  readonly badFiles?: BadFilePolicy | undefined;
  /** Seed of the subset under `limit`; splits do not depend on it. Default 1. */
  readonly seed?: number | undefined;
  /** A smaller, class-stratified part. Files that are left out are not read, so their defects are not seen. */
  readonly limit?: SplitLimits | undefined;
  /** Where archives are unpacked; default {@link defaultCacheFolder}. */
  readonly cacheFolder?: string | undefined;
  readonly progress?: Progress | undefined;
}

export interface LoadedDataset {
  readonly dataset: Dataset;
  readonly summary: DatasetSummary;
}

/**
 * Reads a labelled data set: find it, read names and labels, divide, choose the front-end's parameters on the training split, convert,
 * remove what is repeated across splits.
 * @throws LitesnnError with exit code 2; every code is in docs/datasets.md
 */
export async function loadDataset(options: LoadOptions): Promise<LoadedDataset> {
  const progress = options.progress ?? silentProgress;
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  const { source, definition, name } = await locateData({ ...options, cacheFolder }, progress);
  const badFiles = new BadFiles(options.badFiles ?? definition?.badFiles ?? 'fail');

  const set = readRecordings(source, definition, badFiles);
  if (set.classes.length < 2) {
    throw dataError(
      'DATA_ONE_CLASS',
      `${source.title} has ${set.classes.length} class, two or more are needed`,
    );
  }
  const all = placeRecordings(set.recordings, assignSplits(set));
  const placed = limitRecordings(all, options);
  const window = set.format.kind === 'pcm16' ? windowRuleOf(definition, set.format.sampleRate) : undefined;
  const raw = windowFormat(set.format, window);
  const frontEnd = prepareFrontEnd(definition, raw, placed, window);
  const converted = await convertRecordings(placed, window, frontEnd, badFiles, progress);
  checkSkipped(source.title, badFiles, placed.length);

  const { splits, repeats } = removeRepeats(limitSplits(converted, options));
  checkFilled(source.title, splits);
  const facts = { shape: frontEnd.shape, classes: set.classes, frontEnd: frontEnd.spec };
  const hash = datasetHash(facts, splits);
  const summaries = summarizeSplits(splits, set.classes.length);
  const { skipped } = badFiles;
  const notes = notesOn(summaries, set.classes, repeats, skipped.length);
  const common = { name, source: source.title, reader: set.reader, raw, ...facts };
  return {
    dataset: { name, ...facts, ...splits, hash },
    summary: { ...common, splits: summaries, skipped, repeats, notes, hash },
  };
}

function windowFormat(format: InputFormat, window: WindowRule | undefined): WindowFormat {
  if (format.kind === 'pixels') return format;
  return { ...format, samples: window?.samples ?? 0 };
}

function prepareFrontEnd(
  definition: Definition | undefined,
  raw: WindowFormat,
  placed: readonly PlacedRecording[],
  window: WindowRule | undefined,
): FrontEnd {
  const training = raw.kind === 'pcm16' ? calibrationWindows(placed, window) : [];
  return createFrontEnd(completeFrontEnd(definition?.frontEnd, raw, training));
}

/** Before anything is read: a small part of a large set is quick. */
function limitRecordings(
  placed: readonly PlacedRecording[],
  { limit, seed = 1 }: LoadOptions,
): PlacedRecording[] {
  return SPLIT_NAMES.flatMap((side) => {
    const members = placed.filter((one) => one.side === side);
    const labels = members.map(({ recording }) => recording.label);
    return stratifiedIndices(labels, limit?.[side] ?? Infinity, seed).map((index) => members[index]);
  });
}

/** Again after the conversion, because a recording may have given many windows. */
function limitSplits(splits: Splits, { limit, seed = 1 }: LoadOptions): Splits {
  const limited = (side: SplitName): Splits[SplitName] => {
    const most = limit?.[side] ?? Infinity;
    const split = splits[side];
    return split.count <= most ? split : subset(split, stratifiedIndices(split.labels, most, seed));
  };
  return { train: limited('train'), validation: limited('validation'), test: limited('test') };
}

function checkSkipped(title: string, { skipped }: BadFiles, read: number): void {
  if (2 * skipped.length <= read) return;
  const [{ reason }] = skipped;
  const text = `${title}: ${skipped.length} bad files, ${read} recordings; the first: ${reason}`;
  throw dataError('DATA_MOSTLY_BAD', text, 'the definition probably does not describe this data');
}

function checkFilled(title: string, splits: Splits): void {
  for (const side of SPLIT_NAMES) {
    if (splits[side].count > 0) continue;
    const hint =
      side === 'train'
        ? 'add recordings'
        : 'add recordings of more groups, or change split in the definition';
    throw dataError('DATA_SPLIT_EMPTY', `${title}: no sample is left for the ${side} split`, hint);
  }
}
