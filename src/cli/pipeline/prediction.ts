import { join } from 'node:path';
import type { NetworkPlan } from '../../codegen/plan/types.js';
import { calibrationFor, calibrationHash } from '../../energy/calibration/calibration-file.js';
import { featuresOf } from '../../energy/calibration/features.js';
import {
  makePrediction,
  writePrediction,
  type PredictionFile,
} from '../../energy/calibration/prediction-file.js';
import type { IntegerModel } from '../../model/types.js';
import type { Target } from '../../targets/target.js';
import type { RunFolder } from './run-folder.js';

export function predictionPath(folder: RunFolder): string {
  return join(folder.energy, 'prediction.json');
}

export interface PredictedNetwork {
  readonly model: IntegerModel;
  readonly hash: string;
  /** With the firing rates of the validation split. */
  readonly plan: NetworkPlan;
  readonly target: Target;
  readonly command: string;
  /** Path of the file. */
  readonly calibration: string;
}

/** Writes what a calibration expects of a run's network. @throws LitesnnError CALIBRATION_* (exit 2) */
export function writeRunPrediction(folder: RunFolder, network: PredictedNetwork): PredictionFile {
  const { model, hash, plan, target, command, calibration } = network;
  const file = makePrediction(calibrationFor(calibration, target), calibrationHash(calibration), {
    command,
    created: new Date().toISOString(),
    target: target.name,
    modelHash: hash,
    features: featuresOf(model, plan, target),
  });
  writePrediction(predictionPath(folder), file);
  return file;
}
