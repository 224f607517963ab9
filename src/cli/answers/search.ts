import { join } from 'node:path';
import { readJson } from '../../core/files.js';
import { readModel } from '../../model/file.js';
import { genotypeLines } from '../../report/genotype-lines.js';
import { genotypeSchema } from '../../search/genotype.js';
import type { CommandResult } from '../context.js';
import type { RunFolder } from '../pipeline/run-folder.js';

export function searchAnswer(folder: RunFolder): CommandResult {
  const genotype = genotypeSchema.parse(readJson(join(folder.search, 'genotype.json')));
  const { hash, model } = readModel(folder.model);
  return {
    json: { genotype, modelHash: hash, timesteps: model.timesteps, layers: model.layers.length },
    text: [...genotypeLines(genotype), `integer model ${hash} in ${folder.model}`].join('\n'),
  };
}
