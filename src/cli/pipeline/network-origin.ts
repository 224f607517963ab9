import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBytes } from '../../core/files.js';
import type { Dataset } from '../../data/dataset.js';
import { accuracyOf, type RunFacts } from '../../report/collect.js';
import { genotypeLines } from '../../report/genotype-lines.js';
import { evaluateNetwork } from '../../search/evaluate.js';
import { genotypeSchema } from '../../search/genotype.js';
import type { HistoryEntry } from '../../search/loop.js';
import { readTrainedNetwork } from '../../search/network-file.js';
import type { TrainedNetwork } from '../../search/trained-network.js';
import { createEngine } from '../../training/engines.js';
import { importedPath, importLines, readImported } from './imported-network.js';
import type { RunFolder } from './run-folder.js';
import type { RunSettings } from './settings.js';

type FloatAccuracy = Pick<RunFacts['accuracy'], 'floatValidation' | 'floatTest'>;

/** Where the integer model of a run came from: a search, or a file of another program. */
export interface NetworkOrigin {
  readonly description: readonly string[];
  readonly history: readonly HistoryEntry[];
  /** Trainable numbers of the float network. */
  readonly parameters: number;
  /** Accuracy of the float network on the splits that its weights never saw. */
  score(dataset: Dataset, settings: RunSettings): Promise<FloatAccuracy>;
}

const EVALUATION_BATCH = 64;

async function scoreTrained(
  network: TrainedNetwork,
  dataset: Dataset,
  settings: RunSettings,
): Promise<FloatAccuracy> {
  const engine = await createEngine(settings.engine, { threads: settings.threads });
  const session = await engine.compile(network.graph, EVALUATION_BATCH, network.parameters);
  try {
    const score = async (split: Dataset['test']): Promise<FloatAccuracy['floatTest']> => {
      const { accuracy } = await evaluateNetwork(session, network.graph, split);
      return accuracyOf(Math.round(accuracy * split.count), split.count);
    };
    return { floatValidation: await score(dataset.validation), floatTest: await score(dataset.test) };
  } finally {
    session.dispose();
  }
}

function readHistory(folder: RunFolder): HistoryEntry[] {
  const text = readBytes(join(folder.search, 'history.jsonl')).toString('utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as HistoryEntry);
}

export function networkOrigin(folder: RunFolder): NetworkOrigin {
  if (existsSync(importedPath(folder))) {
    const imported = readImported(folder);
    const { validation, test } = imported.float;
    return {
      description: importLines(imported),
      history: [],
      parameters: imported.parameters,
      score: () => Promise.resolve({ floatValidation: validation, floatTest: test }),
    };
  }
  const network = readTrainedNetwork(folder.search);
  return {
    description: genotypeLines(genotypeSchema.parse(network.genotype)),
    history: readHistory(folder),
    parameters: [...network.parameters.values()].reduce((sum, values) => sum + values.length, 0),
    score: (dataset, settings) => scoreTrained(network, dataset, settings),
  };
}
