import { join } from 'node:path';
import { readDataset, writeDataset } from '../../data/dataset-file.js';
import { loadDataset } from '../../data/load.js';
import { interruptible } from '../interruptible.js';
import { dataFingerprint } from './data-fingerprint.js';
import type { Stage } from './stage.js';

/** Reads the recordings, makes the network's inputs of them, and keeps all splits and a summary. */
export const dataStage: Stage = {
  name: 'data',
  dependsOn: (settings) => {
    const { data, definition, dataRoot, badFiles, limit, seed } = settings;
    return { data, definition, dataRoot, badFiles, limit, seed, files: dataFingerprint(settings) };
  },
  outputs: ({ data }) => [join(data, 'dataset.json'), join(data, 'dataset.bin')],
  identity: ({ data }) => readDataset(data).dataset.hash,
  async work({ folder, settings, progress, signal }) {
    const { data: path, definition, dataRoot, badFiles, limit, seed } = settings;
    const { dataset, summary } = await loadDataset({
      path,
      definition,
      dataRoot,
      badFiles,
      limit,
      seed,
      progress: interruptible(progress, signal, 'data'),
    });
    for (const note of summary.notes) progress.note(`data: ${note}`);
    writeDataset(folder.data, dataset, summary);
  },
};
