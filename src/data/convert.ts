import { LitesnnError } from '../core/errors.js';
import type { Progress } from '../core/progress.js';
import { groupKey } from './assign-splits.js';
import type { BadFiles } from './bad-files.js';
import type { Split } from './dataset.js';
import type { FrontEnd } from './front-ends/front-end.js';
import { SPLIT_NAMES, type Recording, type Samples, type SplitName } from './recordings.js';
import { SplitBuilder } from './split-builder.js';
import { windowsOf, type WindowRule } from './windows.js';

export type Splits = Readonly<Record<SplitName, Split>>;

/** A recording and the side it is on. */
export interface PlacedRecording {
  readonly recording: Recording;
  readonly side: SplitName;
  /** Unique over all splits. */
  readonly group: number;
}

/** Between this many recordings the event loop gets its turn, for progress and signals. */
const RECORDINGS_A_TURN = 64;

/** The front-end's parameters are chosen from at most this many recordings, and windows, of the training split. */
const CALIBRATION_RECORDINGS = 512;
const CALIBRATION_WINDOWS = 1024;

/** Numbers the groups in the order of the recordings. */
export function placeRecordings(
  recordings: readonly Recording[],
  sides: readonly SplitName[],
): PlacedRecording[] {
  const numbers = new Map<string, number>();
  return recordings.map((recording, index) => {
    const key = groupKey(recording);
    const group = numbers.get(key) ?? numbers.size;
    numbers.set(key, group);
    return { recording, side: sides[index], group };
  });
}

/** Raw windows of a recording; an image is its own window. */
export function rawWindows(samples: Samples, rule: WindowRule | undefined): readonly Samples[] {
  return samples instanceof Int16Array && rule !== undefined ? windowsOf(samples, rule) : [samples];
}

/** An evenly spread choice of the training split's raw windows. Bad files are left for the conversion to report. */
export function calibrationWindows(
  placed: readonly PlacedRecording[],
  rule: WindowRule | undefined,
): Samples[] {
  const training = placed.filter(({ side }) => side === 'train');
  const chosen = evenly(training, CALIBRATION_RECORDINGS);
  const each = Math.max(1, Math.floor(CALIBRATION_WINDOWS / Math.max(1, chosen.length)));
  return chosen.flatMap(({ recording }) => {
    try {
      // Copies: a window must not keep its whole recording in memory.
      return evenly(rawWindows(recording.read(), rule), each).map((window) => window.slice());
    } catch (error) {
      if (error instanceof LitesnnError) return [];
      throw error;
    }
  });
}

function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);
}

/** Reads every recording once and turns it into samples of its split. */
export async function convertRecordings(
  placed: readonly PlacedRecording[],
  rule: WindowRule | undefined,
  frontEnd: FrontEnd,
  badFiles: BadFiles,
  progress: Progress,
): Promise<Splits> {
  const builders = buildersFor(placed, frontEnd);
  const task = progress.start('reading data', placed.length);
  for (const [index, { recording, side, group }] of placed.entries()) {
    try {
      for (const window of rawWindows(recording.read(), rule)) {
        frontEnd.apply(window, builders[side].add(recording.label, group));
      }
    } catch (error) {
      badFiles.reject(recording.name, error);
    }
    if (index % RECORDINGS_A_TURN === 0) {
      task.update(index);
      await new Promise(setImmediate);
    }
  }
  task.finish();
  return {
    train: builders.train.finish(),
    validation: builders.validation.finish(),
    test: builders.test.finish(),
  };
}

function buildersFor(
  placed: readonly PlacedRecording[],
  frontEnd: FrontEnd,
): Record<SplitName, SplitBuilder> {
  const [train, validation, test] = SPLIT_NAMES.map(
    (name) => new SplitBuilder(frontEnd.shape, placed.filter(({ side }) => side === name).length),
  );
  return { train, validation, test };
}
