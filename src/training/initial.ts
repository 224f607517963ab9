import type { Random } from '../core/random.js';
import { ExitCode, LitesnnError } from '../core/errors.js';
import type { TensorMap } from './engine.js';
import {
  edgeParameter,
  type Activation,
  type ConvEdgeSpec,
  type ParameterName,
  type PopulationSpec,
  type TrainingGraph,
  type WeightSpec,
} from './graph.js';
import { headChannels, keepsEverything, sourceShape } from './shapes.js';

export { validateGraph } from './validate-graph.js';

/** With a normalized current of this standard deviation, 16 % of the neurons pass the threshold 0.5 at the first timestep. */
const INITIAL_CURRENT_SPREAD = 0.5;

/** A gate before any learning: a softmax over two operations. */
const TYPICAL_GATE = 0.5;

const INITIAL_GAIN = 0.5;

/** Of `relu8`, whose neurons need no threshold passed. */
const INITIAL_RELU_SPREAD = 1;
const INITIAL_RELU_GAIN = 1;

function weightEntries(
  prefix: string,
  weight: WeightSpec,
  shape: readonly number[],
): [ParameterName, readonly number[]][] {
  const entries: [ParameterName, readonly number[]][] = [[`${prefix}.w`, shape]];
  if (!keepsEverything(weight)) entries.push([`${prefix}.score`, shape]);
  return entries;
}

function convShape(graph: TrainingGraph, population: PopulationSpec, edge: ConvEdgeSpec): readonly number[] {
  const { kernel } = edge;
  const taps = [population.shape.channels, kernel.height, kernel.width];
  return edge.depthwise ? taps : [...taps, sourceShape(graph, edge.source).channels];
}

/** Shape of every parameter, in a fixed order: populations, their edges, head. */
export function parameterShapes(graph: TrainingGraph): Map<ParameterName, readonly number[]> {
  const entries: [ParameterName, readonly number[]][] = [];
  graph.populations.forEach((population, p) => {
    const channels = [population.shape.channels];
    population.edges.forEach((edge, e) => {
      if (edge.kind === 'identity') {
        entries.push([edgeParameter(p, e, 'gain'), channels]);
        return;
      }
      entries.push(...weightEntries(`p${p}.e${e}`, edge.weight, convShape(graph, population, edge)));
      for (const name of ['gamma', 'beta', 'mean', 'variance'])
        entries.push([edgeParameter(p, e, name), channels]);
    });
  });
  const { head } = graph;
  entries.push(...weightEntries('head', head.weight, [head.classes, headChannels(graph)]), [
    'head.b',
    [head.classes],
  ]);
  return new Map(entries);
}

/** Running statistics are written by normalization, never by an optimizer. */
export function isRunningStatistic(name: ParameterName): boolean {
  return name.endsWith('.mean') || name.endsWith('.variance');
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Throws `PARAMETERS_MISMATCH` unless there is exactly one tensor of the right size for every parameter of the graph. */
export function checkParameters(graph: TrainingGraph, parameters: TensorMap): void {
  const shapes = parameterShapes(graph);
  for (const [name, shape] of shapes) {
    const found = parameters.get(name)?.length ?? 0;
    if (found !== sizeOf(shape)) {
      throw new LitesnnError(
        'PARAMETERS_MISMATCH',
        ExitCode.usage,
        `parameter ${name} has ${found} values, the network needs ${sizeOf(shape)}`,
        { hint: 'the parameters belong to another network' },
      );
    }
  }
  const unknown = [...parameters.keys()].find((name) => !shapes.has(name));
  if (unknown !== undefined) {
    throw new LitesnnError('PARAMETERS_MISMATCH', ExitCode.usage, `the network has no parameter ${unknown}`, {
      hint: 'the parameters belong to another network',
    });
  }
}

/** So that the currents of all convolutions together have the spread that makes 10 to 20 % of the neurons fire. */
function initialGamma(population: PopulationSpec, activation: Activation | undefined): number {
  const power = population.edges
    .filter((edge) => edge.kind === 'conv')
    .reduce((sum, edge) => sum + (edge.gate === undefined ? 1 : TYPICAL_GATE ** 2), 0);
  return (activation === 'relu8' ? INITIAL_RELU_SPREAD : INITIAL_CURRENT_SPREAD) / Math.sqrt(power);
}

function gaussians(length: number, spread: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => spread * random.gaussian());
}

/**
 * Weights are Gaussian (He et al. 2015 before a normalization, narrower in the head); a score is its weight's magnitude in standard
 * deviations, so that at first the largest weights are kept; beta 0, gain 0.5 (`relu8`: 1), running mean 0 and variance 1.
 */
export function initialParameters(graph: TrainingGraph, random: Random): TensorMap {
  const parameters: TensorMap = new Map();
  for (const [name, shape] of parameterShapes(graph)) {
    const [owner] = name.split('.');
    const length = sizeOf(shape);
    const spread = Math.sqrt((owner === 'head' ? 1 : 2) / (length / shape[0]));
    parameters.set(name, initialTensor());

    function initialTensor(): Float32Array {
      switch (name.slice(name.lastIndexOf('.') + 1)) {
        case 'w':
          return gaussians(length, spread, random);
        case 'score':
          return parameters.get(name.replace(/score$/, 'w'))!.map((w) => Math.abs(w) / spread);
        case 'gamma':
          return new Float32Array(length).fill(
            initialGamma(graph.populations[Number(owner.slice(1))], graph.activation),
          );
        case 'gain':
          return new Float32Array(length).fill(
            graph.activation === 'relu8' ? INITIAL_RELU_GAIN : INITIAL_GAIN,
          );
        case 'variance':
          return new Float32Array(length).fill(1);
        default:
          return new Float32Array(length);
      }
    }
  }
  return parameters;
}
