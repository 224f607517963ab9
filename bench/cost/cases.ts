import { elementsOf, samePadding, type Shape, type Size2d } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import type { Edge, IntegerModel, WeightBits } from '../../src/model/types.js';
import { INPUT, NetworkBuilder, SHARED_MULTIPLIER } from '../../src/energy/probes/network-builder.js';
import { addSign, signInput } from '../networks/single-layer.js';

/** Many layers side by side in one program, each on the spikes of a first one that the input decides. */
export interface CostCase {
  readonly name: string;
  readonly model: IntegerModel;
  readonly inputs: readonly Int8Array[];
  readonly kernels: 'fast' | 'reference';
}

const RATES = [0.02, 0.05, 0.1, 0.2, 0.4];
const LAYER_RATE = 0.1;

/** Channels in, sizes and timesteps that networks of this project have, and odd ones. */
const SIZES: readonly { readonly input: Shape; readonly timesteps: number }[] = [
  { input: { height: 16, width: 16, channels: 32 }, timesteps: 2 },
  { input: { height: 12, width: 20, channels: 16 }, timesteps: 1 },
  { input: { height: 9, width: 8, channels: 64 }, timesteps: 4 },
  { input: { height: 10, width: 11, channels: 20 }, timesteps: 3 },
  { input: { height: 1, width: 96, channels: 24 }, timesteps: 2 },
  { input: { height: 25, width: 5, channels: 64 }, timesteps: 1 },
  { input: { height: 32, width: 32, channels: 16 }, timesteps: 1 },
  { input: { height: 14, width: 14, channels: 48 }, timesteps: 2 },
];

const DENSE: readonly { channels: number; bits: WeightBits; side: number; stride?: number; keep?: number }[] =
  [
    { channels: 32, bits: 1, side: 3 },
    { channels: 16, bits: 1, side: 3 },
    { channels: 64, bits: 1, side: 1 },
    { channels: 48, bits: 1, side: 3, stride: 2 },
    { channels: 20, bits: 1, side: 3 },
    { channels: 32, bits: 1, side: 3, keep: 0.5 },
    { channels: 32, bits: 1, side: 3, keep: 0.2 },
    { channels: 16, bits: 1, side: 3, keep: 0.1 },
    { channels: 32, bits: 2, side: 3 },
    { channels: 64, bits: 2, side: 1 },
    { channels: 16, bits: 2, side: 3 },
    { channels: 64, bits: 2, side: 3, stride: 2 },
    { channels: 24, bits: 2, side: 3, keep: 0.3 },
    { channels: 12, bits: 2, side: 1 },
    { channels: 32, bits: 4, side: 3 },
    { channels: 64, bits: 4, side: 1 },
    { channels: 16, bits: 4, side: 3 },
    { channels: 64, bits: 4, side: 3, stride: 2 },
    { channels: 32, bits: 4, side: 3, keep: 0.3 },
    { channels: 10, bits: 4, side: 1 },
    { channels: 16, bits: 8, side: 3 },
    { channels: 32, bits: 8, side: 1 },
  ];

function square(input: Shape, side: number): Size2d {
  return { height: Math.min(side, input.height), width: side };
}

function add(builder: NetworkBuilder, what: string, edges: readonly Edge[]): void {
  builder.add(`${builder.layers.length} ${what}`, edges, LAYER_RATE);
}

function addDense(builder: NetworkBuilder, source: number): void {
  for (const { channels, bits, side, stride, keep } of DENSE) {
    const kernel = square(builder.input, side);
    const spec = { source: { layers: [source] }, kernel, padding: samePadding(kernel), channels, bits, keep };
    add(builder, `${bits}-bit`, [builder.conv({ ...spec, stride })]);
  }
}

function addDepthwise(builder: NetworkBuilder, source: number): void {
  for (const [bits, side, stride] of [
    [1, 3, 1],
    [2, 3, 1],
    [4, 3, 1],
    [4, 5, 1],
    [2, 3, 2],
  ] as const) {
    const kernel = square(builder.input, side);
    const spec = { source: { layers: [source] }, kernel, padding: samePadding(kernel), bits, stride };
    add(builder, 'depthwise', [builder.conv(spec)]);
  }
}

/** Layers with two edges: identities, tables of multipliers, concatenations, pooled sources. */
function addJoined(builder: NetworkBuilder, source: number): void {
  const { channels } = builder.input;
  const kernel = square(builder.input, 3);
  const padding = samePadding(kernel);
  const conv = (bits: WeightBits, layers: readonly number[], pooling?: 'or' | 'nearest') => {
    const pool = { height: Math.min(2, builder.input.height), width: 2 };
    const from = pooling === undefined ? { layers } : { layers, pooling: { kind: pooling, ...pool } };
    return builder.conv({ source: from, kernel, padding, channels, bits }, SHARED_MULTIPLIER);
  };
  const scaled = (edge: Edge): Edge => ({ ...edge, multiplier: builder.multipliers(channels) });
  const identity = builder.identity({ layers: [source] });
  add(builder, 'identity', [identity]);
  for (const bits of [1, 2, 4] as const) {
    add(builder, 'conv, identity', [conv(bits, [source]), identity]);
    add(builder, 'conv, scaled conv', [conv(bits, [source]), scaled(conv(bits, [source]))]);
    add(builder, 'or', [conv(bits, [source], 'or')]);
    add(builder, 'nearest', [conv(bits, [source], 'nearest')]);
    add(builder, 'concatenated', [conv(bits, [source, source + 1])]);
  }
}

/** Layers that read the input and spikes: neither whole rows nor a stem, pixel after pixel. */
function addMixed(builder: NetworkBuilder, source: number): void {
  const point = { height: 1, width: 1 };
  const fromInput = (channels: number) =>
    builder.conv({ source: INPUT, kernel: point, padding: samePadding(point), channels, bits: 2 });
  for (const { channels, bits, side, keep } of DENSE.filter(({ stride }) => stride === undefined)) {
    const kernel = square(builder.input, side);
    const spec = { source: { layers: [source] }, kernel, padding: samePadding(kernel), channels, bits, keep };
    add(builder, `input, ${bits}-bit`, [fromInput(channels), builder.conv(spec)]);
  }
  const { channels } = builder.input;
  for (const side of [1, 3, 5]) {
    const kernel = square(builder.input, side);
    const spec = { source: { layers: [source] }, kernel, padding: samePadding(kernel), bits: 4 as const };
    add(builder, 'input, depthwise', [fromInput(channels), builder.conv(spec)]);
  }
  add(builder, 'input, identity', [fromInput(channels), builder.identity({ layers: [source] })]);
}

function spikeCase(index: number, kernels: CostCase['kernels']): CostCase {
  const { input, timesteps } = kernels === 'fast' ? SIZES[index] : REFERENCE_SIZE;
  const random = Random.fromSeed(1000 + index);
  const inputs = (kernels === 'fast' ? RATES : [0.1]).map((rate) =>
    signInput(random, elementsOf(input), rate),
  );
  const builder = new NetworkBuilder(random, input, timesteps, inputs[Math.floor(inputs.length / 2)]);
  const source = addSign(builder);
  addSign(builder, 'another sign');
  addDense(builder, source);
  addDepthwise(builder, source);
  addJoined(builder, source);
  return { name: `spikes ${index}`, model: finish(builder, random), inputs, kernels };
}

function mixedCase(index: number): CostCase {
  const { input, timesteps } = SIZES[index];
  const random = Random.fromSeed(3000 + index);
  const inputs = RATES.map((rate) => signInput(random, elementsOf(input), rate));
  const builder = new NetworkBuilder(random, input, timesteps, inputs[Math.floor(inputs.length / 2)]);
  addMixed(builder, addSign(builder));
  return { name: `input and spikes ${index}`, model: finish(builder, random), inputs, kernels: 'fast' };
}

const REFERENCE_SIZE = { input: { height: 6, width: 6, channels: 8 }, timesteps: 2 };

function finish(builder: NetworkBuilder, random: Random): IntegerModel {
  const all = builder.layers.map((_, i) => i);
  return builder.build('cost', random.integer(2, 12), all, 'npm run bench:cost');
}

const INPUT_SHAPES: readonly Shape[] = [
  { height: 32, width: 32, channels: 3 },
  { height: 49, width: 10, channels: 1 },
  { height: 28, width: 28, channels: 1 },
  { height: 1, width: 256, channels: 1 },
  { height: 12, width: 12, channels: 8 },
];

/** First layers: they read the int8 input itself, of which some share is zero. */
function inputCase(index: number): CostCase {
  const input = INPUT_SHAPES[index];
  const random = Random.fromSeed(2000 + index);
  const inputs = [0, 0.5].map((zeros) =>
    Int8Array.from({ length: elementsOf(input) }, () =>
      random.uniform() < zeros ? 0 : random.pick([-1, 1]) * random.integer(1, 127),
    ),
  );
  const builder = new NetworkBuilder(random, input, 1 + (index % 3), inputs[0]);
  for (const channels of [16, 24, 32, 64, 10]) {
    for (const [height, width, stride] of [
      [3, 3, 1],
      [3, 3, 2],
      [1, 1, 1],
      [5, 5, 1],
      [10, 4, 2],
    ] as const) {
      const kernel = { height: Math.min(height, input.height), width };
      const spec = { source: INPUT, kernel, padding: samePadding(kernel), channels, bits: 8 as const };
      add(builder, 'input', [builder.conv({ ...spec, stride })]);
    }
  }
  // One edge alone runs as a stem.
  for (const channels of [16, 24, 10]) {
    const [small, large] = [1, 3].map((side) => {
      const kernel = square(input, side);
      const spec = { source: INPUT, kernel, padding: samePadding(kernel), channels, bits: 2 as const };
      return builder.conv(spec, SHARED_MULTIPLIER);
    });
    add(builder, 'two on the input', [small, large]);
    add(builder, 'two on the input, scaled', [
      large,
      { ...small, multiplier: builder.multipliers(channels) },
    ]);
  }
  for (const side of [1, 3]) {
    const kernel = square(input, side);
    add(builder, 'input depthwise', [
      builder.conv({ source: INPUT, kernel, padding: samePadding(kernel), bits: 8 }),
    ]);
  }
  return { name: `input ${index}`, model: finish(builder, random), inputs, kernels: 'fast' };
}

/** Programs of the fit, each made when it is asked for. */
export function costCases(): readonly (() => CostCase)[] {
  return [
    ...SIZES.map((_, index) => () => spikeCase(index, 'fast')),
    ...INPUT_SHAPES.map((_, index) => () => inputCase(index)),
    ...SIZES.map((_, index) => () => mixedCase(index)),
    () => spikeCase(SIZES.length, 'reference'),
  ];
}
