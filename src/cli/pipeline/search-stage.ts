import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset } from '../../data/dataset-file.js';
import type { LearningSplits } from '../../data/dataset.js';
import { learningSplits } from '../../data/splits.js';
import { creationTime } from '../creation-time.js';
import { writeAtomic } from '../../core/files.js';
import { toolVersion } from '../../core/version.js';
import { MODEL_BIN, MODEL_JSON, writeModel } from '../../model/file.js';
import { foldNetwork } from '../../model/fold.js';
import { thinModel } from '../../model/thin.js';
import type { IntegerModel } from '../../model/types.js';
import { presetOf } from '../../search/presets.js';
import { runSearch } from '../../search/search.js';
import type { TrainedNetwork } from '../../search/trained-network.js';
import { createEngine } from '../../training/engines.js';
import type { Stage } from './stage.js';

function foldForDevice(network: TrainedNetwork, data: LearningSplits, command: string): IntegerModel {
  const model = foldNetwork(network, {
    name: data.name,
    classes: data.classes,
    frontEnd: data.frontEnd,
    provenance: {
      tool: `litesnn ${toolVersion}`,
      command,
      datasetName: data.name,
      datasetHash: data.hash,
      seed: network.seed,
      created: creationTime().toISOString(),
    },
  });
  return thinModel(model);
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

/** Searches, retrains and folds: from samples to the integer model. The test split is left behind here. */
export const searchStage: Stage = {
  name: 'search',
  dependsOn: ({ preset, engine, seed }) => ({ preset: presetOf(preset), engine, seed }),
  outputs: ({ search, model }) => [
    ...['genotype.json', 'history.jsonl', 'network.json', 'network.bin'].map((name) => join(search, name)),
    join(model, MODEL_JSON),
    join(model, MODEL_BIN),
  ],
  async work({ folder, settings, progress, signal, command, key }) {
    const data = learningSplits(readDataset(folder.data).dataset);
    const engine = await createEngine(settings.engine, { threads: settings.threads });
    progress.note(`search: engine ${engine.description}`);
    keepOnlyFor(folder.search, key);
    const { network } = await runSearch({
      ...presetOf(settings.preset),
      data,
      engine,
      seed: settings.seed,
      folder: folder.search,
      progress,
      signal,
    });
    writeModel(folder.model, foldForDevice(network, data, command));
  },
};
