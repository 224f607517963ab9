import {
  convolvedSize,
  pooledSize,
  type Padding,
  type Pooling,
  type Shape,
  type Size2d,
} from '../../src/core/geometry.js';
import type { Random } from '../../src/core/random.js';
import {
  INPUT_SOURCE,
  type ConvEdge,
  type Edge,
  type EdgeSource,
  type WeightBits,
} from '../../src/model/types.js';
import { pooledSourceShape, sourceShape } from '../../src/model/shapes.js';
import type { Built } from './random-layer.js';

export interface RandomSource {
  readonly spec: EdgeSource;
  /** After concatenation and pooling. */
  readonly shape: Shape;
}

export function randomSource(random: Random, built: Built): RandomSource {
  const count = built.layers.length;
  if (count === 0 || random.uniform() < 0.15) return { spec: { layers: [INPUT_SOURCE] }, shape: built.input };
  // Mostly the newest layer, so that networks get deep.
  const first = random.uniform() < 0.6 ? count - 1 : random.integer(0, count - 1);
  const layers = [first, ...partners(random, built, first)];
  const pooling = random.uniform() < 0.3 ? randomPooling(random, built.layers[first].shape) : undefined;
  const spec = pooling === undefined ? { layers } : { layers, pooling };
  return { spec, shape: pooledSourceShape(built, spec) };
}

/** Other layers of the same size to concatenate with. */
function partners(random: Random, built: Built, first: number): number[] {
  if (random.uniform() < 0.6) return [];
  const { height, width } = built.layers[first].shape;
  const same = built.layers.flatMap(({ shape }, i) =>
    i !== first && shape.height === height && shape.width === width ? [i] : [],
  );
  return same.filter(() => random.uniform() < 0.7);
}

function randomPooling(random: Random, size: Size2d): Pooling | undefined {
  const kind = random.pick(['or', 'nearest'] as const);
  const windows = [
    { height: 2, width: 2 },
    { height: 1, width: 2 },
    { height: 2, width: 1 },
  ].map((window) => ({ kind, ...window }));
  const possible = windows.filter((pooling) => {
    const pooled = pooledSize(size, pooling);
    return pooled.height > 0 && pooled.width > 0;
  });
  return possible.length === 0 ? undefined : random.pick(possible);
}

export function randomConv(
  random: Random,
  source: RandomSource,
  channels: number | undefined,
): { edge: ConvEdge; shape: Shape } {
  const depthwise = (channels ?? source.shape.channels) === source.shape.channels && random.uniform() < 0.3;
  const outChannels = depthwise
    ? source.shape.channels
    : (channels ?? random.pick([1, 3, 4, 8, random.integer(1, 40)]));
  const { kernel, padding } = randomWindow(random, source.shape);
  const stride = { height: random.pick([1, 1, 1, 2, 3]), width: random.pick([1, 1, 1, 2, 3]) };
  const fromInput = source.spec.layers[0] === INPUT_SOURCE;
  const bits: WeightBits = fromInput
    ? random.pick([1, 2, 4, 8, 8] as const)
    : random.pick([1, 2, 4] as const);
  const count = outChannels * kernel.height * kernel.width * (depthwise ? 1 : source.shape.channels);
  return {
    edge: {
      kind: 'conv',
      source: source.spec,
      kernel,
      stride,
      padding,
      depthwise,
      bits,
      codes: randomCodes(random, bits, count),
      multiplier: new Int32Array(outChannels),
    },
    shape: { ...convolvedSize(source.shape, { kernel, stride, padding }), channels: outChannels },
  };
}

/** A kernel 1..5 with any padding below its size, no larger than the padded source. */
function randomWindow(random: Random, source: Shape): { kernel: Size2d; padding: Padding } {
  for (;;) {
    const square = random.integer(1, 5);
    const kernel =
      random.uniform() < 0.7
        ? { height: source.height === 1 ? 1 : square, width: square }
        : { height: random.integer(1, 5), width: random.integer(1, 5) };
    const same = random.uniform() < 0.5;
    const rows = (side: number): number => (same ? Math.floor((side - 1) / 2) : random.integer(0, side - 1));
    const padding = {
      top: rows(kernel.height),
      bottom: rows(kernel.height),
      left: rows(kernel.width),
      right: rows(kernel.width),
    };
    const out = convolvedSize(source, { kernel, padding, stride: { height: 1, width: 1 } });
    if (out.height > 0 && out.width > 0) return { kernel, padding };
  }
}

export function randomCodes(random: Random, bits: WeightBits, count: number): Int8Array {
  const keep = random.pick([
    0.1,
    0.2,
    0.2,
    0.5,
    0.5,
    0.5,
    0.8,
    1,
    1,
    1,
    random.uniform(),
    random.pick([0, 0.05, 1]),
  ]);
  const top = 2 ** bits - 1;
  return Int8Array.from({ length: count }, () => {
    if (random.uniform() >= keep) return 0;
    return bits === 8 ? random.integer(-127, 127) : 2 * random.integer(0, top) - top;
  });
}

export interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** Mean and variance of an edge's sum in one channel, sources taken as independent; borders ignored. */
export function edgeMoments(built: Built, edge: Edge, channel: number): Moments {
  const { layers } = edge.source;
  const fromInput = layers[0] === INPUT_SOURCE;
  const mean = fromInput ? 0 : layers.reduce((total, layer) => total + built.rates[layer], 0) / layers.length;
  const variance = fromInput ? 40 ** 2 : mean * (1 - mean);
  if (edge.kind === 'identity') return { mean, variance };
  const perChannel =
    edge.kernel.height * edge.kernel.width * (edge.depthwise ? 1 : sourceShape(built, edge.source).channels);
  const codes = edge.codes.subarray(channel * perChannel, (channel + 1) * perChannel);
  return {
    mean: mean * codes.reduce((total, code) => total + code, 0),
    variance: variance * codes.reduce((total, code) => total + code ** 2, 0),
  };
}
