import { join } from 'node:path';
import { buildBootloader, buildFirmware } from '../../build/build.js';
import { imagePath } from '../../build/image.js';
import { hasBootloader } from '../../codegen/firmware/bootloader.js';
import { loadTarget } from '../../targets/load.js';
import { projectsOf } from './run-folder.js';
import type { Stage } from './stage.js';

/** Compiles application, bootloader, and the application without a network; the application has to be within the budget (exit code 3). */
export const buildStage: Stage = {
  name: 'build',
  dependsOn: ({ budget }) => ({ budget }),
  outputs: (folder, { target }) =>
    projectsOf(folder, hasBootloader(loadTarget(target))).map((project) => join(project, imagePath)),
  async work({ folder, settings, progress, signal }) {
    const target = loadTarget(settings.target);
    if (hasBootloader(target)) await buildBootloader(folder.bootloader, target, { progress, signal });
    await buildFirmware(folder.baseline, target, { progress, signal });
    await buildFirmware(folder.firmware, target, { budget: settings.budget, progress, signal });
  },
};
