import { z } from 'zod';
import type { Progress } from '../core/progress.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { interrupted } from './messages.js';

/** One line of the history: what an epoch of a stage reached. Plain numbers, for the report's curves. */
export type HistoryEntry = Readonly<Record<string, number | string>>;

/** How a stage is run, the same for searching and retraining. */
export interface LoopControl {
  /** Folder of this stage's checkpoint. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Most seconds of work that a kill can lose; default 30. */
  readonly checkpointSeconds?: number | undefined;
  /** Milliseconds; replaced in tests. */
  readonly now?: (() => number) | undefined;
}

/** A stage of training as a sequence of steps; everything it changes is in its tensors and its state. */
export interface Stage {
  /** Shown in the progress line and in messages. */
  readonly label: string;
  /** Of data, graph and options: a checkpoint with another one is refused. */
  readonly fingerprint: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Runs step `step` of all steps; returns a short text for the progress line. */
  step(step: number): Promise<string>;
  /** Called after each epoch's last step. */
  endEpoch(epoch: number): Promise<HistoryEntry>;
  /** Live views of everything learned: saved as they are, restored in place. */
  tensors(): ReadonlyMap<string, Float32Array>;
  restoreTensors(saved: ReadonlyMap<string, Float32Array>): void;
  /** JSON value of everything else (counters, running sums of the epoch). */
  state(): unknown;
  restoreState(saved: unknown): void;
}

const DEFAULT_CHECKPOINT_SECONDS = 30;

const positionSchema = z.strictObject({
  nextStep: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  history: z.array(z.record(z.string(), z.union([z.number(), z.string()]))),
  stage: z.unknown(),
});

export interface StageRecord {
  readonly history: readonly HistoryEntry[];
  /** Time spent on the steps that count, over all runs that were interrupted. */
  readonly seconds: number;
}

/**
 * Runs a stage from its checkpoint, or from the start, to its end, and returns its history. A run that was killed and
 * started again computes exactly what an uninterrupted one does.
 * @throws LitesnnError INTERRUPTED (exit 130) after saving, when the signal is aborted; CHECKPOINT_*
 */
export async function runStage(stage: Stage, control: LoopControl): Promise<StageRecord> {
  const { folder, signal } = control;
  const now = control.now ?? ((): number => performance.now());
  const patience = 1000 * (control.checkpointSeconds ?? DEFAULT_CHECKPOINT_SECONDS);
  const total = stage.epochs * stage.stepsPerEpoch;
  const history: HistoryEntry[] = [];
  let nextStep = 0;
  let earlierSeconds = 0;

  const saved = loadCheckpoint(folder, stage.fingerprint);
  if (saved !== undefined) {
    const position = positionSchema.parse(saved.state);
    nextStep = position.nextStep;
    earlierSeconds = position.seconds;
    history.push(...position.history);
    stage.restoreState(position.stage);
    stage.restoreTensors(saved.tensors);
  }
  const startedAt = now();
  let savedAt = startedAt;
  const seconds = (): number => earlierSeconds + (now() - startedAt) / 1000;
  const save = (): void => {
    const position = { nextStep, seconds: seconds(), history, stage: stage.state() };
    saveCheckpoint(folder, stage.fingerprint, position, stage.tensors());
    savedAt = now();
  };

  if (nextStep >= total) return { history, seconds: earlierSeconds };
  if (nextStep > 0) control.progress.note(`${stage.label}: continuing at step ${nextStep} of ${total}`);
  const task = control.progress.start(stage.label, total);
  task.update(nextStep);
  try {
    while (nextStep < total) {
      if (signal?.aborted === true) {
        save();
        throw interrupted(stage.label, folder);
      }
      const detail = await stage.step(nextStep);
      nextStep++;
      const epoch = nextStep / stage.stepsPerEpoch;
      if (Number.isInteger(epoch)) history.push(await stage.endEpoch(epoch - 1));
      task.update(nextStep, `epoch ${Math.ceil(epoch)}/${stage.epochs}, ${detail}`);
      if (now() - savedAt >= patience) save();
    }
    save();
    return { history, seconds: seconds() };
  } finally {
    task.finish();
  }
}
