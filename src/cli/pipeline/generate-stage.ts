import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { renderBootloader } from '../../codegen/firmware/bootloader.js';
import { renderFirmware } from '../../codegen/firmware/firmware.js';
import { manifestPath } from '../../codegen/firmware/manifest.js';
import type { GeneratedFile } from '../../codegen/generated-file.js';
import { renderLibrary } from '../../codegen/library/render.js';
import { planNetwork } from '../../codegen/plan/network.js';
import { writeAtomic, writeJson } from '../../core/files.js';
import { readModel } from '../../model/file.js';
import { loadTarget } from '../../targets/load.js';
import type { Stage } from './stage.js';

/** The manifest goes first and comes last: a project without one is not whole, and `build` refuses it. */
function writeProject(folder: string, files: readonly GeneratedFile[]): void {
  rmSync(join(folder, manifestPath), { force: true });
  const ordered = [...files].sort(
    (a, b) => Number(a.path === manifestPath) - Number(b.path === manifestPath),
  );
  for (const file of ordered) writeAtomic(join(folder, file.path), file.contents);
}

/** Plans and renders the firmware project of a model for a board, and the board's resident bootloader. */
export const generateStage: Stage = {
  name: 'generate',
  dependsOn: ({ target }) => ({ target: loadTarget(target) }),
  outputs: ({ firmware, bootloader }) => [join(firmware, manifestPath), join(bootloader, manifestPath)],
  work({ folder, settings, command }) {
    const target = loadTarget(settings.target);
    const { model, hash } = readModel(folder.model);
    const plan = planNetwork(model, target);
    const about = { command, modelHash: hash };
    const library = renderLibrary(model, plan, about);
    const firmware = renderFirmware(target, { ...about, application: 'measure', library });
    writeProject(folder.bootloader, renderBootloader(target, { command }));
    writeJson(join(folder.firmware, 'plan.json'), plan);
    writeProject(folder.firmware, [...library, ...firmware]);
    return Promise.resolve();
  },
};
