import { dataPath } from '../../data/locate.js';
import { loadTarget } from '../../targets/load.js';
import type { RunSettings } from './settings.js';

/** Refuses a wrong path or board before a folder is made for them. @throws LitesnnError DATA_NOT_FOUND, DATA_DEFINITION_*, TARGET_* */
export function checkSources({ data, definition, dataRoot, target }: RunSettings): void {
  loadTarget(target);
  dataPath({ path: data, definition, dataRoot });
}
