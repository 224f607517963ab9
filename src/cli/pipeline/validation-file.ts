import { writeJson } from '../../core/files.js';
import { toolVersion } from '../../core/version.js';
import { readPrediction } from '../../energy/calibration/prediction-file.js';
import { validate, type Validation } from '../../energy/calibration/validation.js';
import { readMeasuredAfter } from './measured-run.js';
import { predictionPath } from './prediction.js';
import type { RunFolder } from './run-folder.js';

/** How predictions held, for a program to read (`validation.json`). */
export interface ValidationFile {
  readonly schemaVersion: 1;
  readonly kind: 'validation';
  readonly tool: string;
  readonly command: string;
  readonly created: string;
  readonly provenance: 'simulated' | 'measured';
  readonly confidence: number;
  readonly board: string;
  readonly analyzer: string;
  /** SHA-256 of each calibration file that predicted. */
  readonly calibrations: readonly string[];
  readonly validation: Validation;
}

/** Holds the predictions of runs against their measurements. @throws LitesnnError as validate, readPrediction, readPowerResult */
export function validateRuns(
  folders: readonly RunFolder[],
  facts: { readonly command: string; readonly created: string },
): ValidationFile {
  const pairs = folders.map((folder) => ({
    prediction: readPrediction(predictionPath(folder)),
    measured: readMeasuredAfter(folder),
  }));
  const [{ prediction, measured }] = pairs;
  return {
    schemaVersion: 1,
    kind: 'validation',
    tool: `litesnn ${toolVersion}`,
    ...facts,
    provenance: measured.provenance,
    confidence: prediction.calibration.confidence,
    board: measured.target,
    analyzer: measured.analyzer.description,
    calibrations: [...new Set(pairs.map((pair) => pair.prediction.calibration.hash))],
    validation: validate(pairs),
  };
}

export function writeValidation(path: string, file: ValidationFile): void {
  writeJson(path, file);
}
