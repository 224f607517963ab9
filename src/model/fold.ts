import type { Shape } from '../core/geometry.js';
import type { FrontEndSpec } from '../data/dataset.js';
import type { TrainedNetwork } from '../search/trained-network.js';
import { LITESNN_NEURON, type PopulationSpec } from '../training/graph.js';
import { realEdge, type RealEdge } from './fold-edge.js';
import { foldHead } from './fold-head.js';
import type { FoldingNeuron } from './fold-channel.js';
import { foldNeurons } from './fold-neurons.js';
import { FoldSource, refuseFold } from './fold-source.js';
import { accumulatorInterval } from './accumulator-range.js';
import { analyzeRanges } from './ranges.js';
import type { IntegerModel, Layer, Provenance } from './types.js';
import { validateModel } from './validate.js';

export interface FoldDescription {
  readonly name: string;
  readonly classes: readonly string[];
  readonly frontEnd: FrontEndSpec;
  readonly provenance: Provenance;
}

/**
 * The integer network that computes what a trained network computes: batch normalization, quantizer steps, decay and
 * threshold become multipliers, bias, leak and threshold in an integer unit of each channel (docs/model-format.md, "Folding").
 *
 * Exact for one timestep and one edge a population; otherwise off by roundings that are far below the spread of the membrane.
 * @throws LitesnnError `FOLD_...` for a network that is not decoded, has a parameter missing or not finite, or that the integer
 * model cannot express; `MODEL_RANGE_TOO_WIDE` for one that needs more than 32 bits.
 */
export function foldNetwork(network: TrainedNetwork, about: FoldDescription): IntegerModel {
  const { graph } = network;
  if (graph.activation === 'relu8')
    refuseFold('FOLD_ACTIVATION', 'it is an artificial network; the integer model has spikes only');
  const source = new FoldSource(network);
  const neuron: FoldingNeuron = {
    leak: integerLeak(graph.neuron.decay),
    threshold: positiveThreshold(graph.neuron.threshold),
    timesteps: graph.timesteps,
  };
  const input = copyShape(graph.input);
  const layers: Layer[] = [];
  graph.populations.forEach((population, index) => {
    layers.push(foldPopulation(source, { input, layers }, population, index, neuron));
  });
  const model: IntegerModel = {
    name: about.name,
    input,
    frontEnd: about.frontEnd,
    timesteps: graph.timesteps,
    classes: about.classes,
    layers,
    head: foldHead(source),
    provenance: about.provenance,
  };
  validateModel(model);
  analyzeRanges(model);
  return model;
}

function foldPopulation(
  source: FoldSource,
  soFar: Pick<IntegerModel, 'input' | 'layers'>,
  population: PopulationSpec,
  index: number,
  neuron: FoldingNeuron,
): Layer {
  const edges = population.edges.map((_, e) => realEdge(source, index, e));
  return foldLayer(soFar, population.name, copyShape(population.shape), neuron, edges);
}

/** A population of neurons with real edges in integers. */
export function foldLayer(
  soFar: Pick<IntegerModel, 'input' | 'layers'>,
  name: string,
  shape: Shape,
  neuron: FoldingNeuron,
  edges: readonly RealEdge[],
): Layer {
  const intervals = edges.map(({ edge }) =>
    edge.kind === 'identity'
      ? Array.from({ length: shape.channels }, () => ({ low: 0, high: 1 }))
      : Array.from({ length: shape.channels }, (_, c) => accumulatorInterval(soFar, shape, edge, c)),
  );
  return { name, shape, leak: neuron.leak, ...foldNeurons(neuron, edges, intervals) };
}

function positiveThreshold(threshold: number): number {
  if (!(threshold > 0)) refuseFold('FOLD_THRESHOLD', `a threshold of ${threshold} is not positive`);
  return threshold;
}

function integerLeak(decay: number): number {
  const leak = Math.round(decay * 256);
  if (leak < 0 || leak > 255 || Math.abs(decay * 256 - leak) > 1e-6) {
    refuseFold(
      'FOLD_DECAY',
      `a decay of ${decay} is no multiple of 1/256 below 1`,
      `train with ${LITESNN_NEURON.decay}`,
    );
  }
  return leak;
}

function copyShape({ height, width, channels }: PopulationSpec['shape']): PopulationSpec['shape'] {
  return { height, width, channels };
}
