import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readDataset } from '../../data/dataset-file.js';
import type { LearningSplits } from '../../data/dataset.js';
import { learningSplits } from '../../data/splits.js';
import { creationTime } from '../creation-time.js';
import { toolVersion } from '../../core/version.js';
import { MODEL_BIN, MODEL_JSON, writeModel } from '../../model/file.js';
import { foldNetwork } from '../../model/fold.js';
import type { IntegerModel } from '../../model/types.js';
import { presetOf } from '../../search/presets.js';
import { runSearch } from '../../search/search.js';
import type { TrainedNetwork } from '../../search/trained-network.js';
import { createEngine } from '../../training/engines.js';
import type { Stage } from './stage.js';

function foldForDevice(network: TrainedNetwork, data: LearningSplits, command: string): IntegerModel {
  return foldNetwork(network, {
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
  reset({ search, model }) {
    // Checkpoints of other settings: going on from them would be wrong, and the search refuses to.
    rmSync(search, { recursive: true, force: true });
    rmSync(model, { recursive: true, force: true });
  },
  async work({ folder, settings, progress, signal, command }) {
    const data = learningSplits(readDataset(folder.data).dataset);
    const engine = await createEngine(settings.engine, { threads: settings.threads });
    progress.note(`search: engine ${engine.description}`);
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
