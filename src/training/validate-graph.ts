import { convolvedSize, sameShape, shapeText, type Shape } from '../core/geometry.js';
import { ExitCode, LitesnnError } from '../core/errors.js';
import {
  INPUT_POPULATION,
  type ConvEdgeSpec,
  type EdgeSpec,
  type MixSpec,
  type SourceSpec,
  type TrainingGraph,
  type WeightSpec,
} from './graph.js';
import { keepsEverything, populationShape, readsInput, sourceShape } from './shapes.js';

const WEIGHT_BITS: readonly number[] = [1, 2, 4, 8];

function refuse(where: string, what: string): never {
  throw new LitesnnError('TRAINING_GRAPH_INVALID', ExitCode.usage, `training graph: ${where}: ${what}`, {
    hint: 'the search space or the file that this network came from is defective',
  });
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

function requireShape(where: string, shape: Shape): void {
  if (![shape.height, shape.width, shape.channels].every(isCount)) refuse(where, `shape ${shapeText(shape)}`);
}

function checkMix(
  where: string,
  mix: MixSpec,
  groups: readonly number[],
  allowed: (choice: number) => boolean,
): void {
  if (mix.choices.length === 0) refuse(where, 'no choice');
  const wrong = mix.choices.find((choice) => !allowed(choice));
  if (wrong !== undefined) refuse(where, `${wrong} is not a possible choice`);
  if (mix.choices.length === 1) return;
  if (mix.group === undefined) refuse(where, 'several choices but no group');
  if (groups[mix.group] !== mix.choices.length) {
    refuse(where, `group ${mix.group} does not have ${mix.choices.length} choices`);
  }
}

function checkWeight(where: string, weight: WeightSpec, graph: TrainingGraph): void {
  checkMix(`${where} bits`, weight.bits, graph.bitGroups, (bits) => WEIGHT_BITS.includes(bits));
  checkMix(`${where} keep`, weight.keep, graph.keepGroups, (keep) => keep > 0 && keep <= 1);
  if (weight.perChannel !== true) return;
  const { choices } = weight.bits;
  if (choices.length > 1 || choices[0] !== 8 || !keepsEverything(weight))
    refuse(where, 'scales of channels are for 8 bits alone and nothing pruned');
}

function checkSource(where: string, source: SourceSpec, graph: TrainingGraph, population: number): void {
  const { populations, pooling } = source;
  if (populations.length === 0) refuse(where, 'no source');
  if (readsInput(source)) {
    if (populations.length > 1) refuse(where, 'the input cannot be concatenated');
    if (pooling !== undefined) refuse(where, 'the input cannot be pooled');
    return;
  }
  const wrong = populations.find((p) => !Number.isInteger(p) || p < INPUT_POPULATION || p >= population);
  if (wrong !== undefined) refuse(where, `source ${wrong} is not an earlier population`);
  const first = populationShape(graph, populations[0]);
  for (const p of populations) {
    const shape = populationShape(graph, p);
    if (shape.height !== first.height || shape.width !== first.width) {
      refuse(where, `sources of ${shapeText(first)} and ${shapeText(shape)} cannot be concatenated`);
    }
  }
  if (pooling !== undefined && !(isCount(pooling.height) && isCount(pooling.width)))
    refuse(where, 'empty pooling window');
  const pooled = sourceShape(graph, source);
  if (!isCount(pooled.height) || !isCount(pooled.width)) refuse(where, 'nothing is left after pooling');
}

function checkConv(where: string, edge: ConvEdgeSpec, graph: TrainingGraph, shape: Shape): void {
  const { kernel, stride, padding } = edge;
  if (![kernel.height, kernel.width, stride.height, stride.width].every(isCount))
    refuse(where, 'empty kernel or stride');
  const paddings: readonly [number, number][] = [
    [padding.top, kernel.height],
    [padding.bottom, kernel.height],
    [padding.left, kernel.width],
    [padding.right, kernel.width],
  ];
  for (const [size, limit] of paddings) {
    if (!Number.isInteger(size) || size < 0 || size >= limit)
      refuse(where, 'padding must be smaller than the kernel');
  }
  const from = sourceShape(graph, edge.source);
  if (edge.depthwise && from.channels !== shape.channels) {
    refuse(where, `depthwise from ${from.channels} to ${shape.channels} channels`);
  }
  const result = { ...convolvedSize(from, edge), channels: shape.channels };
  if (!sameShape(result, shape))
    refuse(where, `gives ${shapeText(result)}, its population has ${shapeText(shape)}`);
  if (edge.depthwise && graph.activation === 'relu8' && !readsInput(edge.source))
    refuse(where, 'relu8 has no depthwise convolution between populations');
  checkWeight(where, edge.weight, graph);
}

function checkEdge(where: string, edge: EdgeSpec, graph: TrainingGraph, population: number): void {
  checkSource(where, edge.source, graph, population);
  const { shape } = graph.populations[population];
  if (
    edge.gate !== undefined &&
    !(Number.isInteger(edge.gate) && edge.gate >= 0 && edge.gate < graph.gates)
  ) {
    refuse(where, `gate ${edge.gate} of ${graph.gates}`);
  }
  if (edge.kind === 'conv') {
    checkConv(where, edge, graph, shape);
    return;
  }
  if (readsInput(edge.source)) refuse(where, 'identity from the input');
  const from = sourceShape(graph, edge.source);
  if (!sameShape(from, shape)) refuse(where, `identity from ${shapeText(from)} to ${shapeText(shape)}`);
}

/** Throws `TRAINING_GRAPH_INVALID` with the place of the first defect; engines may then rely on all that graph.ts promises. */
export function validateGraph(graph: TrainingGraph): void {
  requireShape('input', graph.input);
  if (!isCount(graph.timesteps)) refuse('timesteps', `${graph.timesteps}`);
  const { decay, threshold, sharpness } = graph.neuron;
  if (!(decay >= 0 && decay <= 1 && threshold > 0 && sharpness > 0))
    refuse('neuron', 'decay, threshold or sharpness');
  const { activation = 'spiking' } = graph;
  if (activation !== 'spiking' && graph.timesteps > 1)
    refuse('activation', `${activation} has one timestep, not ${graph.timesteps}`);
  if (graph.populations.length === 0) refuse('populations', 'none');
  graph.populations.forEach((population, p) => {
    const where = `population ${p} (${population.name})`;
    requireShape(where, population.shape);
    if (population.edges.length === 0) refuse(where, 'no edge');
    population.edges.forEach((edge, e) => {
      checkEdge(`${where} edge ${e}`, edge, graph, p);
    });
  });
  const { head } = graph;
  if (head.populations.length === 0) refuse('head', 'no source');
  const wrong = head.populations.find(
    (p) => !(Number.isInteger(p) && p >= 0 && p < graph.populations.length),
  );
  if (wrong !== undefined) refuse('head', `source ${wrong} is not a population`);
  if (!isCount(head.classes)) refuse('head', `${head.classes} classes`);
  checkWeight('head', head.weight, graph);
  if (head.weight.perChannel === true) refuse('head', 'scales of channels are for convolutions');
}
