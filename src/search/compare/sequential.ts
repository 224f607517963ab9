import type { TensorMap } from '../../training/engine.js';
import type { EdgeSpec, TrainingGraph } from '../../training/graph.js';
import { buildNetwork, decode } from '../decode.js';
import { evaluateNetwork, NO_CHOICES } from '../evaluate.js';
import type { Genotype } from '../genotype.js';
import { jointStage, type SearchOptions } from '../search.js';
import { buildSupernet, type SupernetSpec } from '../space.js';
import type { TrainedNetwork } from '../trained-network.js';
import { startFromSupernet } from '../warm-start.js';
import { compressionForSize, compressUniformly, type UniformCompression } from './derive.js';
import { sharesOf } from './effort.js';
import { carryOver, freshParameters, trainFixed } from './train-fixed.js';

/** What the sequential network has to match. */
export interface SequentialGoal {
  readonly storedBits: number;
  /** Mean width of the weights in cells. */
  readonly meanBits: number;
}

export interface SequentialOutcome {
  readonly network: TrainedNetwork;
  readonly seconds: number;
}

/** Width that stands for weights not yet quantized. */
const UNQUANTIZED = 8;

/** Accuracy on the validation split that fewer timesteps may cost. */
const TIMESTEP_LOSS = 0.01;

function unquantized(supernet: SupernetSpec): SupernetSpec {
  const edge = (spec: EdgeSpec): EdgeSpec =>
    spec.kind === 'conv' ? { ...spec, weight: { ...spec.weight, bits: { choices: [UNQUANTIZED] } } } : spec;
  const populations = supernet.graph.populations.map((population) => ({
    ...population,
    edges: population.edges.map(edge),
  }));
  return { ...supernet, graph: { ...supernet.graph, populations } };
}

/** Fewest timesteps that cost at most a point on the validation split. */
async function fewestTimesteps(
  { engine, data, schedule }: SearchOptions,
  graph: TrainingGraph,
  parameters: TensorMap,
): Promise<number> {
  const session = await engine.compile(graph, Math.min(schedule.batch, data.validation.count), parameters);
  try {
    const accuracyOf = async (steps: number): Promise<number> =>
      (await evaluateNetwork(session, graph, data.validation, NO_CHOICES, steps)).accuracy;
    const whole = await accuracyOf(graph.timesteps);
    for (let steps = 1; steps < graph.timesteps; steps++) {
      if ((await accuracyOf(steps)) >= whole - TIMESTEP_LOSS) return steps;
    }
    return graph.timesteps;
  } finally {
    session.dispose();
  }
}

/**
 * The choices of the joint search one after the other: architecture (8 bits, nothing pruned, all timesteps), then training, pruning by
 * magnitude, quantization to one width, and fewer timesteps, with a quarter of the retraining's epochs after each. Width and fraction
 * kept are such that the stored size is the goal's.
 */
export async function searchSequentially(
  options: SearchOptions,
  goal: SequentialGoal,
): Promise<SequentialOutcome> {
  const { data, seed, schedule, spaceOptions = {} } = options;
  const classes = data.classes.length;
  const plan = buildSupernet(options.space, data.shape, classes, { ...spaceOptions, bits: [4], keep: [1] });
  const supernet = unquantized(plan);
  const most = plan.plan.layout.timesteps;
  const joint = await jointStage({ ...options, ablate: { timesteps: most } }, supernet);
  const found: Genotype = decode(supernet, joint.architecture);
  const { bits, keep } = compressionForSize(found, data.shape, classes, goal.storedBits, goal.meanBits);
  const [dense, pruned, quantized, final] = sharesOf(schedule.retrainEpochs, 4);
  const build = (compression: UniformCompression): { genotype: Genotype; graph: TrainingGraph } => {
    const genotype = compressUniformly(found, compression);
    return { genotype, graph: buildNetwork(genotype, data.shape, classes) };
  };

  const first = build({ bits: UNQUANTIZED, keep: 1, timesteps: most });
  const initial = freshParameters(first.graph, seed);
  startFromSupernet(initial, first, supernet, joint.parameters, joint.architecture.mix().gates);
  let outcome = await trainFixed(options, { graph: first.graph, initial, epochs: dense, stage: 'train' });
  let { seconds } = outcome;
  const next = async (stage: string, graph: TrainingGraph, epochs: number): Promise<void> => {
    const carried = carryOver(graph, outcome.parameters, seed);
    outcome = await trainFixed(options, { graph, initial: carried, epochs, stage });
    seconds += outcome.seconds;
  };
  await next('prune', build({ bits: UNQUANTIZED, keep, timesteps: most }).graph, pruned);
  const narrow = build({ bits, keep, timesteps: most });
  await next('quantize', narrow.graph, quantized);
  const timesteps = await fewestTimesteps(options, narrow.graph, outcome.parameters);
  const last = build({ bits, keep, timesteps });
  await next('timesteps', last.graph, final);
  const network = { graph: last.graph, parameters: outcome.parameters, genotype: last.genotype, seed };
  return { network, seconds: joint.seconds + seconds };
}
