import { elementsOf, type Shape } from '../src/core/geometry.js';
import { Random } from '../src/core/random.js';
import { Architecture } from '../src/search/architecture.js';
import { buildNetwork, decode } from '../src/search/decode.js';
import { buildSupernet, type SpaceOptions, type SupernetSpec } from '../src/search/space.js';
import type { TensorMap } from '../src/training/engine.js';
import type { TrainingGraph } from '../src/training/graph.js';
import { initialParameters } from '../src/training/initial.js';

/** What is trained: a network that a search could have found, or the supernet in which it searches. */
export const TRAIN_KINDS = ['network', 'supernet'] as const;
export type TrainKind = (typeof TRAIN_KINDS)[number];

export const TRAIN_NETWORKS = ['kws', 'image', 'vibration'] as const;
export type TrainNetwork = (typeof TRAIN_NETWORKS)[number];

interface NetworkSpec {
  readonly describe: string;
  readonly space: string;
  readonly input: Shape;
  readonly classes: number;
  readonly batch: number;
  readonly options: SpaceOptions;
}

export const NETWORK_SPECS: Readonly<Record<TrainNetwork, NetworkSpec>> = {
  kws: {
    describe: 'keyword spotting, 40x32x1, 4 cells',
    space: 'micro',
    input: { height: 40, width: 32, channels: 1 },
    classes: 12,
    batch: 32,
    options: { cells: 4 },
  },
  image: {
    describe: "image, 32x32x3, the paper's 8 cells, width 12, T = 6",
    space: 'litesnn',
    input: { height: 32, width: 32, channels: 3 },
    classes: 10,
    batch: 16,
    options: {},
  },
  vibration: {
    describe: 'vibration, 2,048 samples',
    space: 'micro',
    input: { height: 1, width: 2048, channels: 1 },
    classes: 10,
    batch: 32,
    options: {},
  },
};

/** Everything that both engines train with. */
export interface TrainCase {
  readonly graph: TrainingGraph;
  readonly batch: number;
  readonly parameters: TensorMap;
  /** Only of supernets; the learned choices are in `architecture.parameters`. */
  readonly search: { readonly supernet: SupernetSpec; readonly architecture: Architecture } | undefined;
  /** `[batch number][batch][height][width][channels]`. */
  readonly inputs: readonly Int8Array[];
  readonly labels: readonly Uint8Array[];
}

/** Different batches; afterwards they come again. */
const BATCHES = 16;

/** Codes of noise around a class's own pattern: what is learned must not be learned in one step. */
const NOISE = 60;
const PATTERN = 25;

/** Samples that can be told apart by class: a smooth random pattern of the class under noise. */
function samplesOf(
  { input, classes, batch }: NetworkSpec,
  random: Random,
): Pick<TrainCase, 'inputs' | 'labels'> {
  const size = elementsOf(input);
  const patterns = Array.from({ length: classes }, () => {
    const frequency = 0.02 + 0.2 * random.uniform();
    const phase = 6.28 * random.uniform();
    return Float32Array.from({ length: size }, (_, i) => PATTERN * Math.sin(frequency * i + phase));
  });
  const labels = Array.from({ length: BATCHES }, () =>
    Uint8Array.from({ length: batch }, () => random.integer(0, classes - 1)),
  );
  const inputs = labels.map((row) =>
    Int8Array.from({ length: batch * size }, (_, i) => {
      const value = patterns[row[Math.floor(i / size)]][i % size] + NOISE * random.gaussian();
      return Math.max(-128, Math.min(127, Math.round(value)));
    }),
  );
  return { inputs, labels };
}

/** The network of random choices with all timesteps: what retraining gets, without a search. */
function decodedNetwork(spec: NetworkSpec, supernet: SupernetSpec, random: Random): TrainingGraph {
  const architecture = new Architecture(supernet, random, true);
  architecture.drawRandomAlpha(random);
  const beta = architecture.parameters.get('beta')!;
  beta.forEach((_, i) => (beta[i] = random.gaussian()));
  return buildNetwork(decode(supernet, architecture), spec.input, spec.classes);
}

/** Narrower currents spike less often. */
function scaleGammas(parameters: TensorMap, factor: number): void {
  for (const [name, values] of parameters) {
    if (name.endsWith('.gamma')) values.forEach((gamma, i) => (values[i] = factor * gamma));
  }
}

/**
 * The same values in every process.
 * @param gamma factor of the first scale of every normalization: 1 is what a training begins with, less lowers firing rates
 */
export function trainCase(network: TrainNetwork, kind: TrainKind, gamma = 1): TrainCase {
  const spec = NETWORK_SPECS[network];
  const random = Random.fromSeed(1);
  const supernet = buildSupernet(spec.space, spec.input, spec.classes, spec.options);
  const graph = kind === 'supernet' ? supernet.graph : decodedNetwork(spec, supernet, random);
  const search =
    kind === 'supernet' ? { supernet, architecture: new Architecture(supernet, random) } : undefined;
  const parameters = initialParameters(graph, random);
  scaleGammas(parameters, gamma);
  return { graph, batch: spec.batch, parameters, search, ...samplesOf(spec, random) };
}
