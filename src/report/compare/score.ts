import { planNetwork } from '../../codegen/plan/network.js';
import type { NetworkPlan } from '../../codegen/plan/types.js';
import type { Progress } from '../../core/progress.js';
import { toolVersion } from '../../core/version.js';
import type { Dataset } from '../../data/dataset.js';
import { cmsisNnInstructions } from '../../energy/cmsis-nn.js';
import { countOperations } from '../../energy/operations.js';
import { foldNetwork } from '../../model/fold.js';
import { storedBitsOf } from '../../search/compare/sizes.js';
import { isArtificial, type VariantName } from '../../search/compare/variants.js';
import { evaluateNetwork, meanRate } from '../../search/evaluate.js';
import { inventoryOf } from '../../search/inventory.js';
import type { TrainedNetwork } from '../../search/trained-network.js';
import type { Target } from '../../targets/target.js';
import type { TrainingEngine } from '../../training/engine.js';
import type { TrainingGraph } from '../../training/graph.js';
import { scoreModel } from '../score.js';
import type { VariantScore } from './comparison.js';

/** Against what a network is scored. */
export interface ScoringContext {
  readonly dataset: Dataset;
  readonly target: Target;
  readonly engine: TrainingEngine;
  readonly command: string;
  readonly created: string;
  readonly progress: Progress;
}

type Figures = Omit<VariantScore, 'variant' | 'seed' | 'seconds' | 'storedBits'>;

const EVALUATION_BATCH = 64;

/** Bytes beside the weights of an output channel that CMSIS-NN reads: int32 bias, multiplier and shift. */
const CMSIS_CHANNEL_BYTES = 12;

function plannedBytes({ layers, head }: NetworkPlan): number {
  return [...layers, head].reduce((sum, { flash }) => sum + flash.weights + flash.tables, 0);
}

async function scoreSpiking(network: TrainedNetwork, context: ScoringContext): Promise<Figures> {
  const { dataset, target, command, created, progress } = context;
  const { name, classes, frontEnd, hash, test } = dataset;
  const model = foldNetwork(network, {
    name,
    classes,
    frontEnd,
    provenance: {
      tool: `litesnn ${toolVersion}`,
      command,
      datasetName: name,
      datasetHash: hash,
      seed: network.seed,
      created,
    },
  });
  const { correct, rates } = await scoreModel(model, test, progress);
  const plan = planNetwork(model, target, { firingRate: rates });
  const operations = countOperations(model, rates, model.timesteps);
  return {
    accuracy: correct / test.count,
    timesteps: model.timesteps,
    firingRate: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    storedBytes: plannedBytes(plan),
    bitSynOps: operations.bitSynapticOperations,
    multiplyAccumulates: operations.multiplyAccumulates,
    instructions: plan.instructions,
  };
}

/** Every weight at every position that it serves, and the sums of identity edges. */
function denseMultiplyAccumulates(graph: TrainingGraph): number {
  return inventoryOf(graph)
    .flatMap(({ readers }) => readers)
    .reduce((sum, { synapses }) => sum + synapses, 0);
}

function cmsisBytes(graph: TrainingGraph): number {
  const channels = graph.populations.flatMap(({ shape, edges }) => edges.map(() => shape.channels));
  const rows = channels.reduce((sum, count) => sum + count, graph.head.classes);
  return storedBitsOf(graph) / 8 + CMSIS_CHANNEL_BYTES * rows;
}

async function scoreArtificial(network: TrainedNetwork, context: ScoringContext): Promise<Figures> {
  const { engine, dataset, target } = context;
  const { graph, parameters } = network;
  const session = await engine.compile(graph, EVALUATION_BATCH, parameters);
  try {
    const { accuracy, rates } = await evaluateNetwork(session, graph, dataset.test);
    const multiplyAccumulates = denseMultiplyAccumulates(graph);
    return {
      accuracy,
      timesteps: 1,
      firingRate: meanRate(rates),
      storedBytes: cmsisBytes(graph),
      bitSynOps: 0,
      multiplyAccumulates,
      instructions: cmsisNnInstructions(target.core, multiplyAccumulates),
    };
  } finally {
    session.dispose();
  }
}

/** One network on the test split, with what it would cost on the board. */
export async function scoreVariant(
  variant: VariantName,
  network: TrainedNetwork,
  seconds: number,
  context: ScoringContext,
): Promise<VariantScore> {
  const figures = await (isArtificial(variant)
    ? scoreArtificial(network, context)
    : scoreSpiking(network, context));
  return {
    variant,
    seed: network.seed,
    seconds,
    storedBits: storedBitsOf(network.graph),
    ...figures,
  };
}
