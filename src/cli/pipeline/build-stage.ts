import { join } from 'node:path';
import { buildBootloader, buildFirmware } from '../../build/build.js';
import { imagePath } from '../../build/image.js';
import { loadTarget } from '../../targets/load.js';
import type { Stage } from './stage.js';

/** Compiles application and bootloader; the application has to be within the budget (exit code 3). */
export const buildStage: Stage = {
  name: 'build',
  dependsOn: ({ budget }) => ({ budget }),
  outputs: ({ firmware, bootloader }) => [join(firmware, imagePath), join(bootloader, imagePath)],
  async work({ folder, settings, progress, signal }) {
    const target = loadTarget(settings.target);
    await buildBootloader(folder.bootloader, target, { progress, signal });
    await buildFirmware(folder.firmware, target, { budget: settings.budget, progress, signal });
  },
};
