import type { Mix } from '../training/engine.js';
import {
  INPUT_POPULATION,
  type MixSpec,
  type SourceSpec,
  type TrainingGraph,
  type WeightSpec,
} from '../training/graph.js';

/** Bits in which an identity edge's factor of each channel is counted. */
export const GAIN_BITS = 8;

/** What drives some of a tensor's weights. */
export type Activity =
  /** The int8 input, the same at every timestep: its current is computed once. */
  | { readonly kind: 'once' }
  /** Spike counts, at every timestep. */
  | { readonly kind: 'always' }
  /** Spikes, `pooled` pixels of the population joined by OR before the edge (1: no pooling). */
  | { readonly kind: 'spikes'; readonly population: number; readonly pooled: number };

export interface Reader {
  readonly activity: Activity;
  /** Weights that read it, times the output positions where each is used. */
  readonly synapses: number;
}

/** One weight tensor of the network with everything that its cost depends on. */
export interface WeightTensor {
  /** Weights before pruning. */
  readonly count: number;
  readonly weight: WeightSpec;
  readonly gate: number | undefined;
  readonly readers: readonly Reader[];
}

const GAIN_WEIGHT: WeightSpec = { bits: { choices: [GAIN_BITS] }, keep: { choices: [1] } };

/** Every weight tensor of a graph: convolutions (stem included), factors of identity edges, the classifier last. */
export function inventoryOf(graph: TrainingGraph): readonly WeightTensor[] {
  const channelsOf = (population: number): number =>
    population === INPUT_POPULATION ? graph.input.channels : graph.populations[population].shape.channels;
  const readers = ({ populations, pooling }: SourceSpec, synapsesOfChannel: number): Reader[] =>
    populations.map((population) => ({
      activity:
        population === INPUT_POPULATION
          ? { kind: 'once' }
          : {
              kind: 'spikes',
              population,
              pooled: pooling?.kind === 'or' ? pooling.height * pooling.width : 1,
            },
      synapses: channelsOf(population) * synapsesOfChannel,
    }));
  const tensors = graph.populations.flatMap(({ shape, edges }) => {
    const positions = shape.height * shape.width;
    return edges.map((edge): WeightTensor => {
      if (edge.kind === 'identity') {
        return {
          count: shape.channels,
          weight: GAIN_WEIGHT,
          gate: edge.gate,
          readers: readers(edge.source, positions),
        };
      }
      const channels = edge.source.populations.reduce((sum, population) => sum + channelsOf(population), 0);
      const weightsOfChannel = edge.kernel.height * edge.kernel.width * (edge.depthwise ? 1 : shape.channels);
      return {
        count: channels * weightsOfChannel,
        weight: edge.weight,
        gate: edge.gate,
        readers: readers(edge.source, weightsOfChannel * positions),
      };
    });
  });
  const { head } = graph;
  const headChannels = head.populations.reduce((sum, population) => sum + channelsOf(population), 0);
  const count = headChannels * head.classes;
  const classifier: WeightTensor = {
    count,
    weight: head.weight,
    gate: undefined,
    readers: [{ activity: { kind: 'always' }, synapses: count }],
  };
  return [...tensors, classifier];
}

/** Expectation of `value(choice)` over a choice's row of the mix. */
export function expectation(
  spec: MixSpec,
  rows: Mix['bits'],
  value: (choice: number) => number = (choice) => choice,
): number {
  if (spec.group === undefined) return value(spec.choices[0]);
  const row = rows[spec.group];
  return spec.choices.reduce((sum, choice, i) => sum + row[i] * value(choice), 0);
}

/** Adds the gradient of {@link expectation}, times `factor`, to the gradient's row. */
export function addExpectationGradient(
  spec: MixSpec,
  gradient: Mix['bits'],
  factor: number,
  value: (choice: number) => number = (choice) => choice,
): void {
  if (spec.group === undefined) return;
  const row = gradient[spec.group];
  spec.choices.forEach((choice, i) => {
    row[i] += factor * value(choice);
  });
}

/**
 * Bits a weight that say which weights are kept: the entropy of the mask, which is also what a bitmap of the mask costs
 * after coding; 0 where nothing is pruned.
 */
export function maskBits(keep: number): number {
  if (keep >= 1) return 0;
  return -(keep * Math.log2(keep) + (1 - keep) * Math.log2(1 - keep));
}
