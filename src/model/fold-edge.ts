import { edgeParameter, INPUT_POPULATION, type ConvEdgeSpec, type SourceSpec } from '../training/graph.js';
import { refuseFold, type FoldSource } from './fold-source.js';
import type { ConvEdge, EdgeSource, IdentityEdge } from './types.js';

/** Of batch normalization, the same in every training engine. */
const BATCH_NORM_EPSILON = 1e-5;

/** An int8 input stands for input / 128. */
const INPUT_UNIT = 1 / 128;

/** Assumed spread of what an edge reads: spikes at a rate of 15 %, an int8 input of a third of its range. Only precision depends on it. */
const SPIKE_DEVIATION = Math.sqrt(0.15 * 0.85);
const INPUT_DEVIATION = 40;

/** An edge whose current in channel c is `gain[c] * acc + offset[c]`, acc being the integer sum over its codes. */
export interface RealEdge {
  readonly edge: Omit<ConvEdge, 'multiplier'> | Omit<IdentityEdge, 'multiplier'>;
  readonly gain: Float64Array;
  readonly offset: Float64Array;
  /** Typical spread of acc, to weigh roundings by. */
  readonly deviation: Float64Array;
}

export function realEdge(source: FoldSource, populationIndex: number, edgeIndex: number): RealEdge {
  const population = source.graph.populations[populationIndex];
  const spec = population.edges[edgeIndex];
  const { channels } = population.shape;
  const prefix = `p${populationIndex}.e${edgeIndex}`;
  const read = (name: string): Float32Array =>
    source.parameter(edgeParameter(populationIndex, edgeIndex, name), channels);
  if (spec.gate !== undefined) refuseFold('FOLD_NOT_DECODED', `edge ${prefix} still has a gate`);
  if (spec.kind === 'identity') {
    return {
      edge: { kind: 'identity', source: copySource(spec.source) },
      gain: Float64Array.from(read('gain')),
      offset: new Float64Array(channels),
      deviation: new Float64Array(channels).fill(SPIKE_DEVIATION),
    };
  }
  const weight = source.weight(prefix, spec.weight, weightLength(source, spec, channels));
  const fromInput = spec.source.populations[0] === INPUT_POPULATION;
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(read);
  if (variance.some((value) => value < 0))
    refuseFold('FOLD_VARIANCE', `parameter ${prefix}.variance has a negative value`);
  const perDeviation = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + BATCH_NORM_EPSILON));
  return {
    edge: { ...convGeometry(spec), bits: weight.bits, codes: weight.codes },
    gain: perDeviation.map((g) => g * weight.scale * (fromInput ? INPUT_UNIT : 1)),
    offset: Float64Array.from(beta, (b, c) => b - perDeviation[c] * mean[c]),
    deviation: spreadOfCodes(weight.codes, channels, fromInput),
  };
}

function weightLength(source: FoldSource, spec: ConvEdgeSpec, channels: number): number {
  const { graph } = source;
  const inChannels = spec.source.populations.reduce(
    (total, index) =>
      total + (index === INPUT_POPULATION ? graph.input : graph.populations[index].shape).channels,
    0,
  );
  return channels * spec.kernel.height * spec.kernel.width * (spec.depthwise ? 1 : inChannels);
}

/** Copies exactly the model's fields: objects of a graph may carry more. */
function convGeometry(spec: ConvEdgeSpec): Omit<ConvEdge, 'multiplier' | 'bits' | 'codes'> {
  const { kernel, stride, padding } = spec;
  return {
    kind: 'conv',
    source: copySource(spec.source),
    kernel: { height: kernel.height, width: kernel.width },
    stride: { height: stride.height, width: stride.width },
    padding: { top: padding.top, bottom: padding.bottom, left: padding.left, right: padding.right },
    depthwise: spec.depthwise,
  };
}

function copySource({ populations, pooling }: SourceSpec): EdgeSource {
  if (pooling === undefined) return { layers: [...populations] };
  return {
    layers: [...populations],
    pooling: { kind: pooling.kind, height: pooling.height, width: pooling.width },
  };
}

/** Typical spread of the sum over the codes of each output channel: the Euclidean norm times that of what is read. */
export function spreadOfCodes(codes: Int8Array, channels: number, fromInput: boolean): Float64Array {
  const perChannel = codes.length / channels;
  const spread = fromInput ? INPUT_DEVIATION : SPIKE_DEVIATION;
  return Float64Array.from({ length: channels }, (_, c) => {
    const own = codes.subarray(c * perChannel, (c + 1) * perChannel);
    return spread * Math.sqrt(own.reduce((total, code) => total + code * code, 0));
  });
}
