import { elementsOf, pooledSize, type Shape } from '../../src/core/geometry.js';
import type { TrainedNetwork } from '../../src/search/trained-network.js';
import {
  INPUT_POPULATION,
  type ConvEdgeSpec,
  type EdgeSpec,
  type SourceSpec,
  type WeightSpec,
} from '../../src/training/graph.js';
import { effectiveWeights } from '../../src/training/quantizer.js';

/** Trained networks in double precision, as graph.ts defines them: what folding is compared with. */
export interface FloatInference {
  /** `[population]`, each `[timestep][height][width][channel]`. */
  readonly spikes: Uint8Array[];
  /** Summed over the timesteps. */
  readonly logits: number[];
}

export function floatInference(network: TrainedNetwork, input: Int8Array): FloatInference {
  const { populations } = network.graph;
  const spikes: Uint8Array[] = [];
  populations.forEach((_, p) => spikes.push(floatPopulation(network, p, input, spikes)));
  return { spikes, logits: floatLogits(network, spikes) };
}

export function floatPopulation(
  network: TrainedNetwork,
  p: number,
  input: Int8Array,
  earlier: Uint8Array[],
): Uint8Array {
  const { timesteps, neuron, populations } = network.graph;
  const neurons = elementsOf(populations[p].shape);
  const currents = populations[p].edges.map((edge, e) => edgeCurrent(network, p, e, edge, input, earlier));
  const spikes = new Uint8Array(timesteps * neurons);
  for (let n = 0; n < neurons; n++) {
    let v = 0;
    for (let t = 0; t < timesteps; t++) {
      const u = neuron.decay * v + currents.reduce((total, current) => total + current[t * neurons + n], 0);
      const spike = u > neuron.threshold ? 1 : 0;
      spikes[t * neurons + n] = spike;
      v = u * (1 - spike);
    }
  }
  return spikes;
}

function edgeCurrent(
  network: TrainedNetwork,
  p: number,
  e: number,
  edge: EdgeSpec,
  input: Int8Array,
  earlier: Uint8Array[],
) {
  const { channels } = network.graph.populations[p].shape;
  const value = (name: string, i: number): number =>
    network.parameters.get(`p${p}.e${e}.${name}`)![i % channels];
  if (edge.kind === 'identity') {
    return sourceValues(network, edge.source, input, earlier).map((spike, i) => spike * value('gain', i));
  }
  return convolution(network, p, e, edge, input, earlier).map(
    (x, i) =>
      ((x - value('mean', i)) / Math.sqrt(value('variance', i) + 1e-5)) * value('gamma', i) +
      value('beta', i),
  );
}

/** Before normalization; `[timestep][height][width][channel]`. */
export function convolution(
  network: TrainedNetwork,
  p: number,
  e: number,
  edge: ConvEdgeSpec,
  input: Int8Array,
  earlier: Uint8Array[],
): Float64Array {
  const { graph } = network;
  const { shape } = graph.populations[p];
  const source = sourceShape(network, edge.source);
  const values = sourceValues(network, edge.source, input, earlier);
  const weights = decodedWeights(network, `p${p}.e${e}`, edge.weight);
  const taps = edge.kernel.height * edge.kernel.width;
  const out = new Float64Array(graph.timesteps * elementsOf(shape));
  let o = 0;
  for (let t = 0; t < graph.timesteps; t++) {
    const now = values.subarray(t * elementsOf(source), (t + 1) * elementsOf(source));
    for (let y = 0; y < shape.height; y++) {
      for (let x = 0; x < shape.width; x++) {
        for (let c = 0; c < shape.channels; c++) out[o++] = window(now, source, edge, weights, taps, y, x, c);
      }
    }
  }
  return out;
}

function window(
  values: Float64Array,
  source: Shape,
  edge: ConvEdgeSpec,
  weights: Float32Array,
  taps: number,
  y: number,
  x: number,
  c: number,
): number {
  let sum = 0;
  for (let k = 0; k < taps; k++) {
    const iy = y * edge.stride.height - edge.padding.top + Math.floor(k / edge.kernel.width);
    const ix = x * edge.stride.width - edge.padding.left + (k % edge.kernel.width);
    if (iy < 0 || iy >= source.height || ix < 0 || ix >= source.width) continue;
    const at = (iy * source.width + ix) * source.channels;
    if (edge.depthwise) sum += weights[c * taps + k] * values[at + c];
    else {
      for (let i = 0; i < source.channels; i++)
        sum += weights[(c * taps + k) * source.channels + i] * values[at + i];
    }
  }
  return sum;
}

function decodedWeights(network: TrainedNetwork, prefix: string, spec: WeightSpec): Float32Array {
  const { parameters } = network;
  return effectiveWeights(
    parameters.get(`${prefix}.w`)!,
    parameters.get(`${prefix}.score`),
    spec.bits.choices,
    [1],
    spec.keep.choices,
    [1],
  );
}

function fullSourceShape(network: TrainedNetwork, source: SourceSpec): Shape {
  const { graph } = network;
  const shapes = source.populations.map((i) =>
    i === INPUT_POPULATION ? graph.input : graph.populations[i].shape,
  );
  return { ...shapes[0], channels: shapes.reduce((total, shape) => total + shape.channels, 0) };
}

export function sourceShape(network: TrainedNetwork, source: SourceSpec): Shape {
  const full = fullSourceShape(network, source);
  return { ...full, ...pooledSize(full, source.pooling) };
}

function sourceValues(
  network: TrainedNetwork,
  source: SourceSpec,
  input: Int8Array,
  earlier: Uint8Array[],
): Float64Array {
  const { graph } = network;
  const full = fullSourceShape(network, source);
  const shape = sourceShape(network, source);
  const { kind, height, width } = source.pooling ?? { kind: 'nearest', height: 1, width: 1 };
  const at = (t: number, y: number, x: number, c: number): number => {
    if (source.populations[0] === INPUT_POPULATION)
      return input[(y * full.width + x) * full.channels + c] / 128;
    let channel = c;
    for (const population of source.populations) {
      const own = graph.populations[population].shape.channels;
      if (channel < own) return earlier[population][((t * full.height + y) * full.width + x) * own + channel];
      channel -= own;
    }
    throw new RangeError('no such channel');
  };
  const values = new Float64Array(graph.timesteps * elementsOf(shape));
  values.forEach((_, i) => {
    const c = i % shape.channels;
    const x = Math.floor(i / shape.channels) % shape.width;
    const y = Math.floor(i / shape.channels / shape.width) % shape.height;
    const t = Math.floor(i / elementsOf(shape));
    for (let dy = 0; dy < (kind === 'or' ? height : 1); dy++) {
      for (let dx = 0; dx < (kind === 'or' ? width : 1); dx++) {
        const value = at(t, y * height + dy, x * width + dx, c);
        values[i] = source.pooling === undefined ? value : Math.max(values[i], value);
      }
    }
  });
  return values;
}

function floatLogits(network: TrainedNetwork, spikes: Uint8Array[]): number[] {
  const { graph } = network;
  const weights = decodedWeights(network, 'head', graph.head.weight);
  const means = graph.head.populations.flatMap((p) => {
    const { shape } = graph.populations[p];
    const sums = new Array<number>(shape.channels).fill(0);
    spikes[p].forEach((spike, i) => (sums[i % shape.channels] += spike));
    return sums.map((sum) => sum / (shape.height * shape.width));
  });
  const bias = network.parameters.get('head.b')!;
  return Array.from(
    bias,
    (b, k) =>
      b * graph.timesteps + means.reduce((total, mean, c) => total + mean * weights[k * means.length + c], 0),
  );
}
