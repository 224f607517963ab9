import type { Random } from '../../src/core/random.js';
import type { Edge, IntegerModel } from '../../src/model/types.js';
import type { TrainedNetwork } from '../../src/search/trained-network.js';
import type { TensorMap } from '../../src/training/engine.js';
import {
  edgeParameter,
  LITESNN_NEURON,
  type EdgeSpec,
  type TrainingGraph,
  type WeightSpec,
} from '../../src/training/graph.js';
import { convolution, floatPopulation } from './float-network.js';
import { randomInput, randomModel, type RandomModelOptions } from './random-model.js';

/**
 * A decoded network of random topology (that of a random model), whose normalization has the running statistics of a few
 * random inputs, as after training.
 */
export function randomNetwork(random: Random, options: RandomModelOptions = {}): TrainedNetwork {
  const model = randomModel(random, { synapses: 60_000, ...options });
  const parameters: TensorMap = new Map();
  const network: TrainedNetwork = { graph: graphOf(random, model), parameters, genotype: {}, seed: 1 };
  fillParameters(random, network, model);
  const inputs = Array.from({ length: 4 }, () => randomInput(random, model));
  const spikes = inputs.map((): Uint8Array[] => []);
  network.graph.populations.forEach((population, p) => {
    population.edges.forEach((edge, e) => {
      if (edge.kind !== 'conv') return;
      const outputs = inputs.map((input, i) => convolution(network, p, e, edge, input, spikes[i]));
      setStatistics(network, edgeParameter(p, e, ''), outputs, population.shape.channels);
    });
    inputs.forEach((input, i) => spikes[i].push(floatPopulation(network, p, input, spikes[i])));
  });
  return network;
}

function graphOf(random: Random, model: IntegerModel): TrainingGraph {
  const last = model.layers.length - 1;
  return {
    input: model.input,
    timesteps: model.timesteps,
    neuron: LITESNN_NEURON,
    populations: model.layers.map(({ name, shape, edges }) => ({
      name,
      shape,
      edges: edges.map((edge) => edgeSpec(random, edge)),
    })),
    head: { populations: [last], classes: model.classes.length, weight: weightSpec(random, model.head.bits) },
    gates: 0,
    bitGroups: [],
    keepGroups: [],
  };
}

function edgeSpec(random: Random, edge: Edge): EdgeSpec {
  const source = { populations: edge.source.layers, pooling: edge.source.pooling };
  if (edge.kind === 'identity') return { kind: 'identity', source };
  const { kernel, stride, padding, depthwise, bits } = edge;
  return { kind: 'conv', source, kernel, stride, padding, depthwise, weight: weightSpec(random, bits) };
}

function weightSpec(random: Random, bits: number): WeightSpec {
  return { bits: { choices: [bits] }, keep: { choices: [random.pick([0.1, 0.3, 0.6, 1, 1])] } };
}

function fillParameters(random: Random, network: TrainedNetwork, model: IntegerModel): void {
  const { graph, parameters } = network;
  const fill = (name: string, length: number, value: () => number): void => {
    parameters.set(name, Float32Array.from({ length }, value));
  };
  const weight = (prefix: string, spec: WeightSpec, length: number): void => {
    fill(`${prefix}.w`, length, () => random.gaussian() * 0.1);
    if (spec.keep.choices[0] < 1) fill(`${prefix}.score`, length, () => random.gaussian());
  };
  graph.populations.forEach(({ edges, shape }, p) => {
    edges.forEach((edge, e) => {
      const own = model.layers[p].edges[e];
      if (edge.kind === 'identity') {
        fill(edgeParameter(p, e, 'gain'), shape.channels, () => random.gaussian() * 0.5);
        return;
      }
      weight(`p${p}.e${e}`, edge.weight, own.kind === 'conv' ? own.codes.length : 0);
      fill(edgeParameter(p, e, 'gamma'), shape.channels, () =>
        random.uniform() < 0.1 ? 0 : random.gaussian() * 0.6 + 0.4,
      );
      fill(edgeParameter(p, e, 'beta'), shape.channels, () => random.gaussian() * 0.3);
    });
  });
  weight(
    'head',
    graph.head.weight,
    graph.head.classes * model.layers[graph.head.populations[0]].shape.channels,
  );
  fill('head.b', graph.head.classes, () => random.gaussian() * 0.05);
}

function setStatistics(
  network: TrainedNetwork,
  prefix: string,
  outputs: Float64Array[],
  channels: number,
): void {
  const count = (outputs.length * outputs[0].length) / channels;
  const mean = new Float32Array(channels);
  const variance = new Float32Array(channels);
  for (const output of outputs) output.forEach((x, i) => (mean[i % channels] += x / count));
  for (const output of outputs)
    output.forEach((x, i) => (variance[i % channels] += (x - mean[i % channels]) ** 2 / count));
  network.parameters.set(`${prefix}mean`, mean);
  network.parameters.set(`${prefix}variance`, variance);
}
