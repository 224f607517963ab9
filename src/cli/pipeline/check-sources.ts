import { dataPath } from '../../data/locate.js';
import { calibrationFor } from '../../energy/calibration/calibration-file.js';
import { loadTarget } from '../../targets/load.js';
import type { RunSettings } from './settings.js';

/** Refuses a wrong path or board before a folder is made for them. @throws LitesnnError DATA_NOT_FOUND, DATA_DEFINITION_*, TARGET_*, CALIBRATION_* */
export function checkSources({ data, definition, dataRoot, target, calibration }: RunSettings): void {
  const board = loadTarget(target);
  if (calibration !== undefined) calibrationFor(calibration, board);
  dataPath({ path: data, definition, dataRoot });
}
