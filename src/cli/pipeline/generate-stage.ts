import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasBootloader, renderBootloader } from '../../codegen/firmware/bootloader.js';
import { renderFirmware } from '../../codegen/firmware/firmware.js';
import { manifestPath } from '../../codegen/firmware/manifest.js';
import { planLimits } from '../../codegen/firmware/overhead.js';
import type { GeneratedFile } from '../../codegen/generated-file.js';
import { BASELINE_HASH, renderBaselineLibrary } from '../../codegen/library/baseline.js';
import { renderLibrary } from '../../codegen/library/render.js';
import { planNetwork } from '../../codegen/plan/network.js';
import type { NetworkPlan } from '../../codegen/plan/types.js';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readJson, writeAtomic, writeJson } from '../../core/files.js';
import { readDataset } from '../../data/dataset-file.js';
import { readModel } from '../../model/file.js';
import type { IntegerModel } from '../../model/types.js';
import { loadTarget } from '../../targets/load.js';
import type { Target } from '../../targets/target.js';
import { interruptible } from '../interruptible.js';
import { calibrationHash } from '../../energy/calibration/calibration-file.js';
import { planEarlyExit } from './early-exit.js';
import { memoryLimits } from './memory-limits.js';
import { planningActivity } from './planning-activity.js';
import { writeRunPrediction } from './prediction.js';
import { projectsOf, type RunFolder } from './run-folder.js';
import { isCurrent, type Stage } from './stage.js';

export function planPath(folder: RunFolder): string {
  return join(folder.firmware, 'plan.json');
}

/** Written by this program's generate stage only. */
export function readPlan(folder: RunFolder): NetworkPlan {
  const path = planPath(folder);
  if (!existsSync(path) || !isCurrent(folder, 'generate')) {
    throw new LitesnnError('PLAN_MISSING', ExitCode.usage, `no plan of this model is in ${folder.root}`, {
      hint: `litesnn generate --run ${folder.root}`,
    });
  }
  return readJson(path) as NetworkPlan;
}

/** The manifest goes first and comes last: a project without one is not whole, and `build` refuses it. */
function writeProject(folder: string, files: readonly GeneratedFile[]): void {
  rmSync(join(folder, manifestPath), { force: true });
  const ordered = [...files].sort(
    (a, b) => Number(a.path === manifestPath) - Number(b.path === manifestPath),
  );
  for (const file of ordered) writeAtomic(join(folder, file.path), file.contents);
}

function renderBaselineProject(model: IntegerModel, target: Target, command: string): GeneratedFile[] {
  const library = renderBaselineLibrary(model, { command });
  const about = { command, modelHash: BASELINE_HASH, application: 'measure', library } as const;
  return [...library, ...renderFirmware(target, about)];
}

/** Plans and renders the firmware project of a model for a board, the same without a network, and the board's resident bootloader. */
export const generateStage: Stage = {
  name: 'generate',
  dependsOn: (settings) => {
    const target = loadTarget(settings.target);
    const { earlyExit, storage, calibration } = settings;
    const calibrated = calibration === undefined ? {} : { calibration: calibrationHash(calibration) };
    return { target, earlyExit, storage, limits: memoryLimits(settings, target), ...calibrated };
  },
  outputs: (folder, { target }) =>
    projectsOf(folder, hasBootloader(loadTarget(target))).map((project) => join(project, manifestPath)),
  async work({ folder, settings, command, progress, signal }) {
    const target = loadTarget(settings.target);
    const { model, hash } = readModel(folder.model);
    const { validation } = readDataset(folder.data).dataset;
    const activity = planningActivity(model, validation);
    const limits = planLimits(model, memoryLimits(settings, target));
    const whole = planNetwork(model, target, { ...activity, storage: settings.storage, limits });
    const { earlyExit } = settings;
    const plan =
      earlyExit === undefined
        ? whole
        : await planEarlyExit(
            model,
            whole,
            { target, activity, validation },
            earlyExit,
            interruptible(progress, signal, 'generate'),
          );
    const about = { command, modelHash: hash };
    const library = renderLibrary(model, plan, about);
    const firmware = renderFirmware(target, { ...about, application: 'measure', library });
    if (hasBootloader(target)) writeProject(folder.bootloader, renderBootloader(target, { command }));
    writeProject(folder.baseline, renderBaselineProject(model, target, command));
    writeJson(planPath(folder), plan);
    writeProject(folder.firmware, [...library, ...firmware]);
    // Before flashing: a prediction made later would prove nothing.
    if (settings.calibration !== undefined) {
      writeRunPrediction(folder, { model, hash, plan, target, command, calibration: settings.calibration });
    }
  },
};
