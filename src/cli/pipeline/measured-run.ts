import { basename, join, resolve } from 'node:path';
import type { MeasuredBoard } from '../../energy/calibration/fit-calibration.js';
import { featuresOf } from '../../energy/calibration/features.js';
import type { MeasuredAfter } from '../../energy/calibration/validation.js';
import { readPowerResult, type PowerResult } from '../../measure/power/result.js';
import { readModel } from '../../model/file.js';
import { loadTarget } from '../../targets/load.js';
import { readPlan } from './generate-stage.js';
import { readMeasurement } from './measure-stage.js';
import { runFolder, type RunFolder } from './run-folder.js';
import { readSettings } from './settings.js';

export function powerResultPath(folder: RunFolder): string {
  return join(folder.measure, 'power', 'power.json');
}

/** What a run's analyzer said, and what was known of its network before. @throws LitesnnError POWER_*, PLAN_MISSING, RUN_* (exit 2) */
export function readMeasuredRun(root: string): MeasuredBoard {
  const folder = runFolder(resolve(root));
  const target = loadTarget(readSettings(folder).target);
  const { model } = readModel(folder.model);
  const power = readPowerResult(powerResultPath(folder));
  const network = {
    name: basename(folder.root),
    inputs: `${power.split} split of data set ${power.datasetHash.slice(0, 16)}`,
    modelHash: power.modelHash,
    buildId: power.buildId,
    date: power.date,
    inferences: power.losses.windowsUsed,
    // The plan has the firing rates of the validation split, which were known before.
    features: featuresOf(model, readPlan(folder), target),
    ...meansOf(power),
  };
  const { name, core, clockHz } = target;
  const board = { target: name, core, clockHz, ranOn: readMeasurement(folder).ranOn };
  return { network, provenance: power.provenance, board, analyzer: power.analyzer };
}

export function meansOf({
  seconds,
  gross,
  net,
}: Pick<PowerResult, 'seconds' | 'gross' | 'net'>): Pick<
  MeasuredAfter,
  'seconds' | 'grossJoules' | 'netJoules'
> {
  return { seconds: seconds.mean, grossJoules: gross.mean, netJoules: net.mean };
}

/** The measurement of a run that a prediction is held against. */
export function readMeasuredAfter(folder: RunFolder): MeasuredAfter & Pick<PowerResult, 'analyzer'> {
  const power = readPowerResult(powerResultPath(folder));
  const { target, modelHash, provenance, date, analyzer } = power;
  return {
    name: basename(folder.root),
    target,
    modelHash,
    provenance,
    date,
    analyzer,
    ...meansOf(power),
  };
}
