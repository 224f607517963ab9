import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset } from '../../data/dataset-file.js';
import { learningSplits } from '../../data/splits.js';
import { LitesnnError } from '../../core/errors.js';
import { writeAtomic } from '../../core/files.js';
import { MODEL_BIN, MODEL_JSON, writeModel } from '../../model/file.js';
import { foldNetwork, type FoldDescription } from '../../model/fold.js';
import { thinModel } from '../../model/thin.js';
import type { IntegerModel } from '../../model/types.js';
import type { TrainedNetwork } from '../../search/trained-network.js';
import { boardCosts } from '../../energy/board-costs.js';
import {
  calibrationFor,
  calibrationHash,
  type Calibration,
} from '../../energy/calibration/calibration-file.js';
import { loadTarget } from '../../targets/load.js';
import type { Target } from '../../targets/target.js';
import type { Limits } from '../../search/budget/limits.js';
import { presetOf, type Preset } from '../../search/presets.js';
import { readTrainedNetwork } from '../../search/network-file.js';
import { checkedSupernet, NEAREST_FOLDER, runSearch, type Budgets } from '../../search/search.js';
import { readSupernet, SUPERNET_FILE, type EarlierSearch } from '../../search/transfer.js';
import { createEngine } from '../../training/engines.js';
import { memoryLimits } from './memory-limits.js';
import { describeModel } from './describe-model.js';
import { runFolder } from './run-folder.js';
import type { RunSettings } from './settings.js';
import type { Stage } from './stage.js';

function foldForDevice(network: TrainedNetwork, about: FoldDescription): IntegerModel {
  return thinModel(foldNetwork(network, about));
}

/** Of the penalty on firing, where the preset has none. */
const FIRING_STRENGTH = 0.3;

/** The preset with what was asked for about its space changed. */
function searchPlan({ preset, space, firing: firingTarget }: RunSettings): Preset {
  const known = presetOf(preset);
  const { firing } = known.schedule;
  const strength = firing?.strength ?? FIRING_STRENGTH;
  const schedule =
    firingTarget === undefined
      ? known.schedule
      : { ...known.schedule, firing: { target: firingTarget, strength } };
  if (space === undefined) return { ...known, schedule };
  const { name, ...options } = space;
  // Another number of cells has other levels.
  const base = { ...known.spaceOptions, ...(options.cells === undefined ? {} : { levels: undefined }) };
  return { ...known, schedule, space: name ?? known.space, spaceOptions: { ...base, ...options } };
}

function limitsOf(settings: RunSettings, target: Target): Limits {
  const { latencySeconds, energyJoules } = settings.budget;
  return {
    ...memoryLimits(settings, target),
    ...(latencySeconds === undefined ? {} : { latencySeconds }),
    ...(energyJoules === undefined ? {} : { energyJoules }),
  };
}

function isGuiding({ budget }: RunSettings): boolean {
  const { flashBytes, ramBytes, latencySeconds, energyJoules } = budget;
  return [flashBytes, ramBytes, latencySeconds, energyJoules].some((limit) => limit !== undefined);
}

function calibrationOf({ calibration, target }: RunSettings): Calibration | undefined {
  return calibration === undefined ? undefined : calibrationFor(calibration, loadTarget(target));
}

function budgetsOf(settings: RunSettings, about: FoldDescription): Budgets {
  const target = loadTarget(settings.target);
  return {
    costs: boardCosts(target, about, {
      calibration: calibrationOf(settings),
      limits: memoryLimits(settings, target),
      storage: settings.storage,
    }),
    limits: limitsOf(settings, target),
    accuracy: settings.budget.accuracy,
    guiding: isGuiding(settings),
  };
}

function earlierSearch({ warmStart }: RunSettings): EarlierSearch | undefined {
  if (warmStart === undefined) return undefined;
  // The folder of a search itself, or of a run.
  return readSupernet(existsSync(join(warmStart, SUPERNET_FILE)) ? warmStart : runFolder(warmStart).search);
}

/** What of the board the search looks at: its memories always, its speed and power only where they are limited. */
function boardOf(settings: RunSettings): unknown {
  const target = loadTarget(settings.target);
  const { core, clockHz, cyclesPerInstruction, power } = target;
  const { calibration, storage, budget } = settings;
  const calibrated = calibration === undefined ? {} : { calibration: calibrationHash(calibration) };
  const guiding = isGuiding(settings)
    ? { core, clockHz, cyclesPerInstruction, power, ...calibrated }
    : undefined;
  return { limits: limitsOf(settings, target), accuracy: budget.accuracy, guiding, storage };
}

/**
 * Empties the folder unless it was last used with the same key. Checkpoints of other settings are nothing to go on from, and
 * the search refuses to. Called when everything that could be wrong was looked at: results of hours are at stake.
 */
function keepOnlyFor(folder: string, key: string): void {
  const marker = join(folder, 'key');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === key) return;
  rmSync(folder, { recursive: true, force: true });
  writeAtomic(marker, key);
}

/** Where no network obeys the budgets, the nearest one becomes a model too, and the message says where it is. */
async function withNearestModel<Result>(
  found: Promise<Result>,
  folder: string,
  about: FoldDescription,
): Promise<Result> {
  try {
    return await found;
  } catch (error) {
    const nearest = join(folder, NEAREST_FOLDER);
    if (!(error instanceof LitesnnError) || error.code !== 'BUDGET_INFEASIBLE' || !existsSync(nearest))
      throw error;
    writeModel(nearest, foldForDevice(readTrainedNetwork(nearest), about));
    const { code, exitCode, message, hint, details } = error;
    throw new LitesnnError(code, exitCode, `${message}; its model is in ${nearest}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
      details: { ...details, model: nearest },
    });
  }
}

/** Searches, retrains and folds: from samples to the integer model. The test split is left behind here. */
export const searchStage: Stage = {
  name: 'search',
  dependsOn: (settings) => ({
    preset: searchPlan(settings),
    engine: settings.engine,
    seed: settings.seed,
    board: boardOf(settings),
    start: earlierSearch(settings)?.hash,
  }),
  outputs: ({ search, model }) => [
    ...['genotype.json', 'history.jsonl', 'network.json', 'network.bin'].map((name) => join(search, name)),
    join(model, MODEL_JSON),
    join(model, MODEL_BIN),
  ],
  async work({ folder, settings, progress, signal, command, key }) {
    const data = learningSplits(readDataset(folder.data).dataset);
    const engine = await createEngine(settings.engine, { threads: settings.threads });
    progress.note(`search: engine ${engine.description}`);
    const warmStart = earlierSearch(settings);
    const about = describeModel(data, settings.seed, command);
    const plan = searchPlan(settings);
    const budgets = budgetsOf(settings, about);
    const calibration = calibrationOf(settings);
    if (calibration !== undefined && budgets.guiding) {
      progress.note(`search: time and energy are predicted, calibrated on ${calibration.provenance} figures`);
    }
    checkedSupernet({ ...plan, data, budgets });
    keepOnlyFor(folder.search, key);
    const found = runSearch({
      ...plan,
      data,
      engine,
      seed: settings.seed,
      budgets,
      warmStart,
      folder: folder.search,
      progress,
      signal,
    });
    const { network } = await withNearestModel(found, folder.search, about);
    writeModel(folder.model, foldForDevice(network, about));
  },
};
