import { existsSync } from 'node:fs';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readJson, writeJson } from '../../core/files.js';
import { describeIssues } from '../../data/definition.js';
import { FLASH_METHODS } from '../../flash/open-flasher.js';
import type { RunFolder } from './run-folder.js';

const budget = z.strictObject({
  flashBytes: z.number().positive().optional(),
  ramBytes: z.number().positive().optional(),
  latencySeconds: z.number().positive().optional(),
  energyJoules: z.number().positive().optional(),
  /** Least accuracy on the validation split, 0..1. */
  accuracy: z.number().positive().max(1).optional(),
});

/** What differs from the preset's search space. */
const space = z.strictObject({
  name: z.string().optional(),
  cells: z.number().int().positive().optional(),
  width: z.number().int().positive().optional(),
  nodes: z.number().int().positive().optional(),
  timesteps: z.number().int().positive().optional(),
  bits: z.array(z.number().int().positive()).optional(),
  keep: z.array(z.number().positive()).optional(),
});

const runSettings = z.strictObject({
  /** Folder or archive of the recordings, absolute. */
  data: z.string(),
  definition: z.string().optional(),
  /** Folder that the path in a definition starts from, absolute. */
  dataRoot: z.string().optional(),
  /** Absent: what the definition says. */
  badFiles: z.enum(['fail', 'skip']).optional(),
  limit: z.strictObject({
    train: z.number().int().positive().optional(),
    validation: z.number().int().positive().optional(),
    test: z.number().int().positive().optional(),
  }),
  target: z.string(),
  budget,
  preset: z.string(),
  space: space.optional(),
  /** Most spikes per neuron and timestep that retraining aims at, 0..1. */
  firing: z.number().positive().max(1).optional(),
  /** Folder of a run, or of its search, from which this one starts, absolute. */
  warmStart: z.string().optional(),
  /** Calibration file of the board, absolute: costs of the search, and a prediction before flashing. */
  calibration: z.string().optional(),
  engine: z.enum(['auto', 'spike', 'tfjs']),
  threads: z.number().int().positive().optional(),
  seed: z.number().int(),
  /** Accuracy on the validation split that may be lost by ending inferences early, 0..1; absent: all timesteps are computed. */
  earlyExit: z.number().positive().max(1).optional(),
  /** How weights are stored; absent: as they are read where that fits, packed where it does not. */
  storage: z.enum(['auto', 'dense', 'packed']).optional(),
  /** Samples measured on the board; absent: the whole test split. */
  samples: z.number().int().positive().optional(),
  port: z.string().optional(),
  /** How the image is brought into the board, where that is not what the target says. */
  flashing: z
    .strictObject({
      method: z.enum(FLASH_METHODS).optional(),
      pins: z.string().optional(),
      /** File of the key that MCUboot images are signed with, absolute. */
      key: z.string().optional(),
      imageVersion: z.string().optional(),
      securityCounter: z.number().int().nonnegative().max(0xffff_ffff).optional(),
      probeSerial: z.string().optional(),
    })
    .optional(),
  /** Current is measured where an analyzer is named. */
  power: z
    .strictObject({
      /** As on the command line: `ppk2:/dev/ttyACM1`; files are absolute. */
      analyzer: z.string(),
      /** Test samples whose energy is measured, and inferences of each. */
      samples: z.number().int().positive().optional(),
      repeats: z.number().int().positive().optional(),
      /** Instead of the target's supply voltage. */
      volts: z.number().positive().optional(),
      /** Most samples of the current that may be lost, 0..1. */
      lossBudget: z.number().positive().max(1).optional(),
      periodSeconds: z.number().positive().optional(),
      battery: z.strictObject({ coulombs: z.number().positive(), volts: z.number().positive() }).optional(),
    })
    .optional(),
  language: z.enum(['en', 'ja']),
});

/** What a run was asked for; kept beside its results, so that stages can be repeated one by one. */
export type RunSettings = z.infer<typeof runSettings>;
export type Budget = z.infer<typeof budget>;

export function writeSettings(folder: RunFolder, settings: RunSettings): void {
  writeJson(folder.settings, settings);
}

export function readSettings(folder: RunFolder): RunSettings {
  if (!existsSync(folder.settings)) {
    throw new LitesnnError('RUN_MISSING', ExitCode.usage, `${folder.root} is not the folder of a run`, {
      hint: 'start with: litesnn data convert <dataset> --run <folder>, or litesnn run',
    });
  }
  const parsed = runSettings.safeParse(readJson(folder.settings));
  if (!parsed.success) {
    throw new LitesnnError(
      'RUN_INVALID',
      ExitCode.usage,
      `${folder.settings}: ${describeIssues(parsed.error)}`,
      { hint: 'start the run again with litesnn run, or restore the file' },
    );
  }
  return parsed.data;
}
