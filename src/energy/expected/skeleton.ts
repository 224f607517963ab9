import type { Shape } from '../../core/geometry.js';
import { Random } from '../../core/random.js';
import type { ConvEdge, Edge, Head, IntegerModel, Layer, WeightBits } from '../../model/types.js';
import {
  INPUT_POPULATION,
  type EdgeSpec,
  type SourceSpec,
  type TrainingGraph,
  type WeightSpec,
} from '../../training/graph.js';
import { keepMask, quantize } from '../../training/quantizer.js';

/** Which of its choices each weight of a skeleton takes. */
export type PickWeight = (weight: WeightSpec) => { readonly bits: number; readonly keep: number };

export const FIRST_CHOICE: PickWeight = ({ bits, keep }) => ({
  bits: bits.choices[0],
  keep: keep.choices[0],
});

/** Widest and densest: what the largest buffers and tables are for. */
export const LARGEST_CHOICE: PickWeight = ({ bits, keep }) => ({
  bits: Math.max(...bits.choices),
  keep: Math.max(...keep.choices),
});

/** Thresholds and biases of folded layers mostly need 16 bits, their leak is LitE-SNN's. */
const TYPICAL_THRESHOLD = 1000;
const LEAK = 51;

/** Scale of the edge that needs no table of multipliers, and of the others, which do. */
const UNIFORM_MULTIPLIER = 16;

const gaussians = new Map<number, Float32Array>();

/** Weights as training leaves them: Gaussian, the same whenever so many are asked for. */
function typicalWeights(count: number): Float32Array {
  const known = gaussians.get(count);
  if (known !== undefined) return known;
  const random = Random.fromSeed(count);
  const made = Float32Array.from({ length: count }, () => random.gaussian());
  gaussians.set(count, made);
  return made;
}

/** Typical codes of that width of which the fraction `keep` is kept. */
export function typicalCodes(count: number, bits: number, keep: number): Int8Array {
  const weights = typicalWeights(count);
  const { codes } = quantize(weights, bits);
  if (keep >= 1) return Int8Array.from(codes);
  const mask = keepMask(weights.map(Math.abs), keep);
  return Int8Array.from(codes, (code, i) => code * mask[i]);
}

export function uniformMultiplier(channels: number): Int32Array {
  return new Int32Array(channels).fill(UNIFORM_MULTIPLIER);
}

function tableMultiplier(channels: number): Int32Array {
  return Int32Array.from({ length: channels }, (_, c) => TYPICAL_THRESHOLD / 2 + (c % 64));
}

export function skeletonLayer(name: string, shape: Shape, edges: readonly Edge[]): Layer {
  const { channels } = shape;
  return {
    name,
    shape: { ...shape },
    edges,
    leak: LEAK,
    bias: Int32Array.from({ length: channels }, (_, c) => (c % 2 === 0 ? -1 : 1) * (TYPICAL_THRESHOLD + c)),
    threshold: Int32Array.from({ length: channels }, (_, c) => TYPICAL_THRESHOLD + c),
  };
}

/** @param source as the integer model numbers its layers; @param inChannels of all of it; @param uniform needs no table of multipliers */
export function skeletonEdge(
  spec: EdgeSpec,
  source: SourceSpec,
  inChannels: number,
  channels: number,
  pick: PickWeight,
  uniform: boolean,
): Edge {
  const { populations, pooling } = source;
  const from = { layers: [...populations], ...(pooling === undefined ? {} : { pooling }) };
  const multiplier = uniform ? uniformMultiplier(channels) : tableMultiplier(channels);
  if (spec.kind === 'identity') return { kind: 'identity', source: from, multiplier };
  const { kernel, stride, padding, depthwise } = spec;
  const { bits, keep } = pick(spec.weight);
  const count = kernel.height * kernel.width * channels * (depthwise ? 1 : inChannels);
  const conv: ConvEdge = {
    kind: 'conv',
    source: from,
    kernel,
    stride,
    padding,
    depthwise,
    bits: bits as WeightBits,
    codes: typicalCodes(count, bits, keep),
    multiplier,
  };
  return conv;
}

export function skeletonHead(
  layers: readonly number[],
  channels: number,
  classes: number,
  weight: WeightSpec,
  pick: PickWeight,
): Head {
  const { bits, keep } = pick(weight);
  return {
    layers,
    bits: bits as WeightBits,
    codes: typicalCodes(channels * classes, bits, keep),
    bias: Int32Array.from({ length: classes }, (_, k) => (k % 2 === 0 ? 100 : -100)),
  };
}

export function skeletonModel(
  input: Shape,
  timesteps: number,
  layers: readonly Layer[],
  head: Head,
): IntegerModel {
  return {
    name: 'skeleton',
    input,
    frontEnd: { kind: 'none' },
    timesteps,
    classes: Array.from(head.bias, (_, k) => `class ${k}`),
    layers,
    head,
    provenance: { tool: '', command: '', datasetName: '', datasetHash: '', seed: 0, created: '' },
  };
}

export function channelsOf(graph: TrainingGraph, populations: readonly number[]): number {
  return populations.reduce(
    (sum, p) => sum + (p === INPUT_POPULATION ? graph.input : graph.populations[p].shape).channels,
    0,
  );
}

/** An integer model of a graph's shape with typical weights; of a supernet, with all its edges at once. */
export function skeletonOf(graph: TrainingGraph, timesteps: number, pick: PickWeight): IntegerModel {
  const layers = graph.populations.map(({ name, shape, edges }) => {
    const reference = edges.findIndex((edge) => edge.kind === 'conv');
    return skeletonLayer(
      name,
      shape,
      edges.map((edge, e) =>
        skeletonEdge(
          edge,
          edge.source,
          channelsOf(graph, edge.source.populations),
          shape.channels,
          pick,
          e === reference,
        ),
      ),
    );
  });
  const { head } = graph;
  return skeletonModel(
    graph.input,
    timesteps,
    layers,
    skeletonHead(head.populations, channelsOf(graph, head.populations), head.classes, head.weight, pick),
  );
}
