import { samePadding, type Padding } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import type { Mix, Objective, TensorMap } from '../../src/training/engine.js';
import {
  INPUT_POPULATION,
  LITESNN_NEURON,
  type ConvEdgeSpec,
  type TrainingGraph,
  type WeightSpec,
} from '../../src/training/graph.js';
import { initialParameters } from '../../src/training/initial.js';
import type { PlainObjective } from './plain-network.js';

const EIGHT_BITS: WeightSpec = { bits: { choices: [8] }, keep: { choices: [1] } };
const MIXED: WeightSpec = {
  bits: { choices: [1, 2, 4], group: 0 },
  keep: { choices: [0.2, 0.5, 1], group: 0 },
};
const TWO_BITS: WeightSpec = { bits: { choices: [2] }, keep: { choices: [0.4] } };
const K3 = { height: 3, width: 3 };
const ONE = { height: 1, width: 1 };
const NONE: Padding = { top: 0, bottom: 0, left: 0, right: 0 };

function conv(
  populations: readonly number[],
  weight: WeightSpec,
  rest: Partial<ConvEdgeSpec> = {},
): ConvEdgeSpec {
  return {
    kind: 'conv',
    source: { populations },
    kernel: K3,
    stride: ONE,
    padding: samePadding(rest.kernel ?? K3),
    depthwise: false,
    weight,
    ...rest,
  };
}

const COMMON = { neuron: LITESNN_NEURON, gates: 0, bitGroups: [], keepGroups: [] };

/** One layer and a head. */
export const SIMPLE: TrainingGraph = {
  ...COMMON,
  input: { height: 4, width: 5, channels: 2 },
  timesteps: 2,
  populations: [
    {
      name: 'stem',
      shape: { height: 4, width: 5, channels: 3 },
      edges: [conv([INPUT_POPULATION], EIGHT_BITS)],
    },
    { name: 'second', shape: { height: 4, width: 5, channels: 2 }, edges: [conv([0], TWO_BITS)] },
  ],
  head: { populations: [1], classes: 3, weight: EIGHT_BITS },
};

/** Everything a graph may have at once: gates, several choices, concatenation, both poolings, strides, uneven padding, depthwise, identity. */
export const EVERYTHING: TrainingGraph = {
  ...COMMON,
  input: { height: 7, width: 9, channels: 2 },
  timesteps: 3,
  gates: 4,
  bitGroups: [3, 2],
  keepGroups: [3],
  populations: [
    {
      name: 'stem',
      shape: { height: 7, width: 9, channels: 4 },
      edges: [conv([INPUT_POPULATION], EIGHT_BITS)],
    },
    {
      name: 'mixed',
      shape: { height: 7, width: 9, channels: 4 },
      edges: [
        conv([0], MIXED, { gate: 0 }),
        { kind: 'identity', source: { populations: [0] }, gate: 1 },
        conv([INPUT_POPULATION], TWO_BITS, { gate: 2, kernel: ONE, padding: NONE }),
      ],
    },
    {
      name: 'pooled',
      shape: { height: 3, width: 4, channels: 3 },
      edges: [
        conv([0, 1], MIXED, {
          source: { populations: [0, 1], pooling: { kind: 'or', height: 2, width: 2 } },
          gate: 3,
        }),
        conv([1], TWO_BITS, {
          stride: { height: 2, width: 2 },
          kernel: { height: 2, width: 3 },
          padding: { top: 0, bottom: 0, left: 0, right: 1 },
        }),
      ],
    },
    {
      name: 'thin',
      shape: { height: 3, width: 4, channels: 3 },
      edges: [
        conv([2], { bits: { choices: [1, 4], group: 1 }, keep: { choices: [0.5] } }, { depthwise: true }),
        { kind: 'identity', source: { populations: [2] } },
        conv([1, 0], TWO_BITS, {
          source: { populations: [1, 0], pooling: { kind: 'nearest', height: 2, width: 2 } },
          kernel: { height: 1, width: 2 },
          padding: { top: 0, bottom: 0, left: 1, right: 0 },
        }),
      ],
    },
    {
      name: 'short',
      shape: { height: 3, width: 2, channels: 3 },
      edges: [
        conv([3], TWO_BITS, { depthwise: true, stride: { height: 1, width: 2 } }),
        { kind: 'identity', source: { populations: [2], pooling: { kind: 'or', height: 1, width: 2 } } },
      ],
    },
  ],
  head: { populations: [4, 2], classes: 4, weight: MIXED },
};

/** A one-dimensional signal: height 1 all through, pooling 1x2, wide stride, a population that only the rates see. */
export const SIGNAL: TrainingGraph = {
  ...COMMON,
  input: { height: 1, width: 23, channels: 1 },
  timesteps: 4,
  populations: [
    {
      name: 'stem',
      shape: { height: 1, width: 8, channels: 3 },
      edges: [
        conv([INPUT_POPULATION], EIGHT_BITS, {
          kernel: { height: 1, width: 5 },
          stride: { height: 1, width: 3 },
          padding: { top: 0, bottom: 0, left: 2, right: 1 },
        }),
      ],
    },
    {
      name: 'unread',
      shape: { height: 1, width: 4, channels: 2 },
      edges: [
        conv([0], TWO_BITS, {
          source: { populations: [0], pooling: { kind: 'or', height: 1, width: 2 } },
          kernel: { height: 1, width: 3 },
        }),
      ],
    },
  ],
  head: { populations: [0], classes: 2, weight: TWO_BITS },
};

export interface TrainingCase {
  readonly graph: TrainingGraph;
  readonly batch: number;
  readonly parameters: TensorMap;
  readonly inputs: Int8Array;
  readonly mix: Mix;
}

function softmaxed(length: number, random: Random): Float32Array {
  const raw = Array.from({ length }, () => Math.exp(random.gaussian()));
  const sum = raw.reduce((a, b) => a + b, 0);
  return Float32Array.from(raw, (value) => value / sum);
}

/** A graph with random weights, normalization, inputs and mix; nothing is left at a value that could hide a mistake. */
export function randomCase(graph: TrainingGraph, batch: number, seed: number): TrainingCase {
  const random = Random.fromSeed(seed);
  const parameters = initialParameters(graph, random);
  for (const [name, values] of parameters) {
    if (/gamma|gain|variance/.test(name)) values.forEach((_, i) => (values[i] = 0.4 + random.uniform()));
    if (/beta|mean|head.b/.test(name)) values.forEach((_, i) => (values[i] = 0.2 * random.gaussian()));
    if (name.endsWith('score')) values.forEach((_, i) => (values[i] = random.gaussian()));
  }
  const { height, width, channels } = graph.input;
  return {
    graph,
    batch,
    parameters,
    inputs: Int8Array.from({ length: batch * height * width * channels }, () => random.integer(-128, 127)),
    mix: {
      gates: Float32Array.from({ length: graph.gates }, () => 0.3 + random.uniform()),
      bits: graph.bitGroups.map((choices) => softmaxed(choices, random)),
      keep: graph.keepGroups.map((choices) => softmaxed(choices, random)),
    },
  };
}

/** Cross-entropy of the summed logits, a random weight for every logit, and a square of every rate. */
export function randomObjective(graph: TrainingGraph, batch: number, seed: number): PlainObjective {
  const random = Random.fromSeed(seed);
  const { classes } = graph.head;
  const labels = Array.from({ length: batch }, () => random.integer(0, classes - 1));
  const logitWeights = Array.from(
    { length: graph.timesteps * batch * classes },
    () => 0.3 * random.gaussian(),
  );
  const rateWeights = Array.from({ length: graph.populations.length * graph.timesteps }, () =>
    random.gaussian(),
  );
  return (logits, rates) => {
    const logitsGradient = logitWeights.slice();
    let loss = logitWeights.reduce((sum, weight, i) => sum + weight * logits[i], 0);
    labels.forEach((label, sample) => {
      const index = (t: number, k: number): number => (t * batch + sample) * classes + k;
      const total = Array.from({ length: classes }, (_, k) => {
        let sum = 0;
        for (let t = 0; t < graph.timesteps; t++) sum += logits[index(t, k)];
        return sum;
      });
      const normalizer = Math.log(total.reduce((sum, v) => sum + Math.exp(v), 0));
      loss += normalizer - total[label];
      for (let t = 0; t < graph.timesteps; t++) {
        total.forEach(
          (v, k) => (logitsGradient[index(t, k)] += Math.exp(v - normalizer) - (k === label ? 1 : 0)),
        );
      }
    });
    rateWeights.forEach((weight, i) => (loss += weight * rates[i] ** 2));
    return { loss, logitsGradient, ratesGradient: rateWeights.map((weight, i) => 2 * weight * rates[i]) };
  };
}

/** The same objective for an engine. */
export function engineObjective(objective: PlainObjective): Objective {
  return ({ logits, rates }) => {
    const { loss, logitsGradient, ratesGradient } = objective(logits, rates);
    return {
      loss,
      logitsGradient: Float32Array.from(logitsGradient),
      ratesGradient: Float32Array.from(ratesGradient),
    };
  };
}
