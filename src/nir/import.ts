import { elementsOf, type Shape } from '../core/geometry.js';
import { foldLayer, type FoldDescription } from '../model/fold.js';
import { spreadOfCodes, type RealEdge } from '../model/fold-edge.js';
import { analyzeRanges } from '../model/ranges.js';
import { INPUT_SOURCE, type Head, type IntegerModel, type Layer, type WeightBits } from '../model/types.js';
import { validateModel } from '../model/validate.js';
import { isIdentity, type ConvMap } from './conv-map.js';
import { discretize, type DiscreteNeuron } from './discretize.js';
import { nirError, type NirGraph } from './graph.js';
import { readoutOf, type Readout } from './readout.js';
import { populationsOf, type Path, type Population } from './populations.js';
import { quantizeRow } from './quantize.js';

export interface ImportOptions {
  /** Timesteps an inference; a NIR file does not say. */
  readonly timesteps: number;
  /** Seconds a timestep; see `guessStep`. */
  readonly step: number;
  readonly bits: WeightBits;
  /** What an int8 input of 1 stands for in the network. */
  readonly inputUnit: number;
  /** Shape of the data's samples. */
  readonly input?: Shape | undefined;
}

/** What was rounded on the way to integers. */
export interface ImportLoss {
  readonly population: string;
  /** Decay of the membrane potential in the file, and in 256ths. */
  readonly decay: number;
  readonly leak: number;
  /** Root mean square error of the weights over their root mean square. */
  readonly weightError: number;
}

export interface Imported {
  readonly model: IntegerModel;
  readonly losses: readonly ImportLoss[];
}

/** `leak` is at most 255 of 256: an integrator without any leak loses 0.4 % a timestep. */
const LARGEST_LEAK = 255;

interface Quantized {
  readonly edge: RealEdge;
  readonly error: number;
  readonly power: number;
}

function codesOf(map: ConvMap, bits: WeightBits): { codes: Int8Array; scale: Float64Array } {
  const { channels } = map.target;
  const each = map.weight.length / channels;
  const codes = new Int8Array(map.weight.length);
  const scale = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    const row = quantizeRow(map.weight.subarray(c * each, (c + 1) * each), bits);
    codes.set(row.codes, c * each);
    scale[c] = row.scale;
  }
  return { codes, scale };
}

function quantizePath(
  { map }: Path,
  layers: readonly number[],
  neuron: DiscreteNeuron,
  { bits, inputUnit }: ImportOptions,
): Quantized {
  const fromInput = layers[0] === INPUT_SOURCE;
  const unit = fromInput ? inputUnit : 1;
  const perThreshold = neuron.gain.map((gain, c) => gain / neuron.threshold[c]);
  const offset = map.bias.map((bias, c) => bias * perThreshold[c]);
  if (isIdentity(map) && !fromInput) {
    const gain = perThreshold.map((factor, c) => factor * map.weight[c]);
    const deviation = spreadOfCodes(new Int8Array(gain.length).fill(1), gain.length, false);
    return {
      edge: { edge: { kind: 'identity', source: { layers } }, gain, offset, deviation },
      error: 0,
      power: 0,
    };
  }
  // The first layer has 8-bit weights, as everywhere.
  const width = fromInput ? 8 : bits;
  const { codes, scale } = codesOf(map, width);
  const each = codes.length / scale.length;
  let error = 0;
  let power = 0;
  map.weight.forEach((weight, i) => {
    error += (weight - codes[i] * scale[Math.floor(i / each)]) ** 2;
    power += weight ** 2;
  });
  const { kernel, stride, padding, depthwise } = map;
  return {
    edge: {
      edge: { kind: 'conv', source: { layers }, kernel, stride, padding, depthwise, bits: width, codes },
      gain: perThreshold.map((factor, c) => factor * scale[c] * unit),
      offset,
      deviation: spreadOfCodes(codes, scale.length, fromInput),
    },
    error,
    power,
  };
}

/** Adds what the population itself contributes to the first of its edges. */
function withOffset(edges: readonly RealEdge[], neuron: DiscreteNeuron): RealEdge[] {
  return edges.map((edge, e) =>
    e > 0
      ? edge
      : { ...edge, offset: edge.offset.map((value, c) => value + neuron.offset[c] / neuron.threshold[c]) },
  );
}

function nameOf(name: string, taken: ReadonlySet<string>): string {
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? name : `${name}-${copy}`;
    if (candidate !== '' && !taken.has(candidate)) return candidate;
  }
}

/** A population that hands on each spike of a map as a channel of its own, for a classifier that weighs positions differently. */
function gatherLayer(
  soFar: Pick<IntegerModel, 'input' | 'layers'>,
  source: number,
  timesteps: number,
): Layer {
  const { shape } = soFar.layers[source];
  const channels = elementsOf(shape);
  const codes = new Int8Array(channels * channels);
  // One of each position and channel, in the order rows, columns, channels.
  for (let i = 0; i < channels; i++) codes[i * channels + i] = 1;
  const edge: RealEdge = {
    edge: {
      kind: 'conv',
      source: { layers: [source] },
      kernel: { height: shape.height, width: shape.width },
      stride: { height: 1, width: 1 },
      padding: { top: 0, bottom: 0, left: 0, right: 0 },
      depthwise: false,
      bits: 1,
      codes,
    },
    gain: new Float64Array(channels).fill(1),
    offset: new Float64Array(channels),
    deviation: spreadOfCodes(codes, channels, false),
  };
  const neuron = { leak: 0, threshold: 0.5, timesteps };
  const name = nameOf('gathered', new Set(soFar.layers.map((layer) => layer.name)));
  return foldLayer(soFar, name, { height: 1, width: 1, channels }, neuron, [edge]);
}

function headOf(readout: Readout, layer: number): Head {
  const { weight, bias, classes } = readout;
  const { codes, scale } = quantizeRow(weight, 8);
  return {
    layers: [layer],
    bits: 8,
    codes,
    bias: Int32Array.from({ length: classes }, (_, k) => Math.round(bias[k] / scale)),
  };
}

function importPopulation(
  soFar: { readonly input: Shape; readonly layers: readonly Layer[] },
  population: Population,
  indexOf: (name: string) => number,
  options: ImportOptions,
): { layer: Layer; loss: ImportLoss } {
  const { name, shape, paths } = population;
  const neuron = discretize(population.neuron, shape, options.step, name);
  const leak = Math.min(LARGEST_LEAK, Math.round(neuron.decay * 256));
  const quantized = paths.map((path) => quantizePath(path, [indexOf(path.from)], neuron, options));
  const edges = withOffset(
    quantized.map(({ edge }) => edge),
    neuron,
  );
  const folding = { leak, threshold: 1, timesteps: options.timesteps };
  const taken = new Set(soFar.layers.map((layer) => layer.name));
  const layer = foldLayer(soFar, nameOf(name.slice(0, 150), taken), shape, folding, edges);
  const sum = (of: 'error' | 'power'): number => quantized.reduce((total, one) => total + one[of], 0);
  const weightError = sum('power') === 0 ? 0 : Math.sqrt(sum('error') / sum('power'));
  return { layer, loss: { population: name, decay: neuron.decay, leak, weightError } };
}

/**
 * The integer model of a feed-forward spiking network in NIR: linear nodes composed exactly, weights quantized after training,
 * neurons folded as those of trained networks are.
 * @throws LitesnnError NIR_...: what the integer model cannot express; MODEL_...: sizes
 */
export function importNir(graph: NirGraph, about: FoldDescription, options: ImportOptions): Imported {
  const { input, populations, output } = populationsOf(graph, options.input);
  const layers: Layer[] = [];
  const losses: ImportLoss[] = [];
  const names = new Map<string, number>([[input.name, INPUT_SOURCE]]);
  const soFar = { input: input.shape, layers };
  for (const population of populations) {
    const { layer, loss } = importPopulation(soFar, population, (name) => names.get(name)!, options);
    names.set(population.name, layers.length);
    layers.push(layer);
    losses.push(loss);
  }
  const readout = readoutOf(output, input.name);
  let source = names.get(readout.from)!;
  if (readout.perPosition) {
    layers.push(gatherLayer(soFar, source, options.timesteps));
    source = layers.length - 1;
  }
  if (readout.classes !== about.classes.length) {
    throw nirError(
      'NIR_CLASSES',
      `the network has ${readout.classes} outputs, the data set ${about.classes.length} classes`,
    );
  }
  const model: IntegerModel = {
    ...about,
    input: input.shape,
    timesteps: options.timesteps,
    layers,
    head: headOf(readout, source),
  };
  validateModel(model);
  analyzeRanges(model);
  return { model, losses };
}
