import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../core/files.js';
import type { RunFolder } from './run-folder.js';

const accuracy = z.object({ correct: z.int(), samples: z.int(), value: z.number() });

/** What an import leaves in the search's folder in place of a float network. */
export const importedSchema = z.object({
  formatVersion: z.literal(1),
  /** Name and SHA-256 of the file. */
  file: z.string(),
  sha256: z.string(),
  timesteps: z.int(),
  /** Seconds a timestep. */
  step: z.number(),
  bits: z.int(),
  inputUnit: z.number(),
  parameters: z.int(),
  losses: z.array(
    z.object({ population: z.string(), decay: z.number(), leak: z.int(), weightError: z.number() }),
  ),
  /** The network as its file states it, in floating point, on the first samples of splits that the import does not depend on. */
  float: z.object({ validation: accuracy, test: accuracy }),
  /** Of the same test samples: how often the integers give the same class, and are right. */
  integer: z.object({ samples: z.int(), sameClass: z.int(), correct: z.int() }),
});

export type ImportedNetwork = z.infer<typeof importedSchema>;

export function importedPath(folder: RunFolder): string {
  return join(folder.search, 'imported.json');
}

export function readImported(folder: RunFolder): ImportedNetwork {
  return importedSchema.parse(readJson(importedPath(folder)));
}

/** One line a row. */
export function importLines(imported: ImportedNetwork): string[] {
  const { file, timesteps, step, bits, losses, float, integer } = imported;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    `imported from ${file}: ${timesteps} timestep${timesteps === 1 ? '' : 's'} of ${step} s, ${bits}-bit weights after training`,
    ...losses.map(
      ({ population, decay, leak, weightError }) =>
        `${population}: decay ${decay.toFixed(4)} as ${leak}/256, weights off by ${percent(weightError)}`,
    ),
    `float ${percent(float.test.value)}, integers ${percent(integer.correct / integer.samples)} of the first ${integer.samples} test samples right; ${integer.sameClass} of ${integer.samples} classes the same`,
  ];
}
