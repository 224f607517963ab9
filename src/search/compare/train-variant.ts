import type { TrainingGraph } from '../../training/graph.js';
import { buildNetwork } from '../decode.js';
import { genotypeSchema, type Genotype } from '../genotype.js';
import { writeTrainedNetwork } from '../network-file.js';
import { runSearch, type SearchOptions } from '../search.js';
import { buildSupernet } from '../space.js';
import type { TrainedNetwork } from '../trained-network.js';
import { artificialOfSize, artificialTwin, binaryTwin, compressUniformly, meanCellBits } from './derive.js';
import { epochsWithoutSearch } from './effort.js';
import { searchSequentially } from './sequential.js';
import { storedBitsOf } from './sizes.js';
import { freshParameters, trainFixed } from './train-fixed.js';
import type { VariantName } from './variants.js';

export interface VariantOutcome {
  readonly network: TrainedNetwork;
  /** Of training, over all runs that were interrupted. */
  readonly seconds: number;
}

async function jointly(options: SearchOptions): Promise<VariantOutcome> {
  const { network, seconds } = await runSearch(options);
  return { network, seconds: seconds.search + seconds.retrain };
}

/** A network that follows from the joint one without a search of its own. */
function derived(
  variant: Exclude<VariantName, 'joint' | 'sequential'>,
  options: SearchOptions,
  joint: TrainedNetwork,
): { readonly graph: TrainingGraph; readonly genotype: Genotype } {
  const { data, space, spaceOptions } = options;
  const classes = data.classes.length;
  const genotype = genotypeSchema.parse(joint.genotype);
  switch (variant) {
    case 'uncompressed': {
      const { timesteps } = buildSupernet(space, data.shape, classes, spaceOptions).plan.layout;
      const whole = compressUniformly(genotype, { bits: 4, keep: 1, timesteps });
      return { genotype: whole, graph: buildNetwork(whole, data.shape, classes) };
    }
    case 'binary':
      return { genotype: { ...genotype, timesteps: 1 }, graph: binaryTwin(joint.graph) };
    case 'int8': {
      const whole = compressUniformly(genotype, { bits: 8, keep: 1, timesteps: 1 });
      return { genotype: whole, graph: artificialTwin(joint.graph) };
    }
    case 'int8-equal-size': {
      const whole = compressUniformly(genotype, { bits: 8, keep: 1, timesteps: 1 });
      return artificialOfSize(whole, data.shape, classes, storedBitsOf(joint.graph));
    }
  }
}

/**
 * Makes one variant's network for one seed, from its checkpoints in the folder where there are some, and writes it there.
 * @param joint the joint search's network of the same seed; not needed for itself
 * @throws LitesnnError as `runSearch`
 */
export async function trainVariant(
  variant: VariantName,
  options: SearchOptions,
  joint: TrainedNetwork | undefined,
): Promise<VariantOutcome> {
  if (variant === 'joint') return jointly(options);
  if (joint === undefined) throw new Error(`variant ${variant} needs the joint network`);
  const outcome = await (variant === 'sequential'
    ? searchSequentially(options, {
        storedBits: storedBitsOf(joint.graph),
        meanBits: meanCellBits(genotypeSchema.parse(joint.genotype)),
      })
    : trainDerived(variant, options, joint));
  writeTrainedNetwork(options.folder, outcome.network);
  return outcome;
}

async function trainDerived(
  variant: Exclude<VariantName, 'joint' | 'sequential'>,
  options: SearchOptions,
  joint: TrainedNetwork,
): Promise<VariantOutcome> {
  const { seed, schedule, data } = options;
  const { graph, genotype } = derived(variant, options, joint);
  const { parameters, seconds } = await trainFixed(options, {
    graph,
    initial: freshParameters(graph, seed),
    epochs: epochsWithoutSearch(schedule, data),
    stage: 'train',
  });
  return { network: { graph, parameters, genotype, seed }, seconds };
}
