import { Random } from '../../src/core/random.js';
import type { BatchMember } from './library-batch.js';
import { randomInput, randomModel } from './random-model.js';

/** Random small networks with two random inputs each; `kernels` may differ between members of one seed. */
export function randomMembers(
  seed: number,
  count: number,
  kernels: BatchMember['kernels'],
  synapses = 30_000,
): readonly BatchMember[] {
  const random = Random.fromSeed(seed);
  return Array.from({ length: count }, () => {
    const model = randomModel(random, { synapses });
    return { model, inputs: [randomInput(random, model), randomInput(random, model)], kernels };
  });
}
