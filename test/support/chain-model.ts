import { elementsOf, type Shape } from '../../src/core/geometry.js';
import type { Random } from '../../src/core/random.js';
import { INPUT_SOURCE, type IntegerModel, type Layer, type WeightBits } from '../../src/model/types.js';

export interface ChainOptions {
  readonly input: Shape;
  readonly timesteps: number;
  /** Channels of the 3x3 layers that follow the first, same size throughout. */
  readonly channels: readonly number[];
  readonly bits: WeightBits;
  /** Share of the weights that is kept. */
  readonly keep: number;
  /** Of the 3x3 layers: fires where the current is above it. */
  readonly threshold?: number | undefined;
  readonly kernel?: number | undefined;
}

/**
 * A chain whose first layer is the input's sign (a neuron fires at every timestep where its value is positive), so that a test
 * decides exactly what the 3x3 layers read.
 */
export function chainModel(random: Random, options: ChainOptions): IntegerModel {
  const { input, timesteps } = options;
  const layers = [signLayer(input)];
  for (const channels of options.channels) layers.push(convLayer(random, options, layers, channels));
  const channels = layers[layers.length - 1].shape.channels;
  return {
    name: 'chain',
    input,
    frontEnd: { kind: 'none' },
    timesteps,
    classes: ['a', 'b'],
    layers,
    head: {
      layers: [layers.length - 1],
      bits: 8,
      codes: Int8Array.from({ length: 2 * channels }, () => random.integer(-127, 127)),
      bias: Int32Array.of(1, -1),
    },
    provenance: {
      tool: 'chain-model',
      command: 'test',
      datasetName: 'none',
      datasetHash: '0'.repeat(64),
      seed: 1,
      created: '2024-01-01T00:00:00.000Z',
    },
  };
}

function signLayer(input: Shape): Layer {
  const { channels } = input;
  return {
    name: 'sign',
    shape: input,
    edges: [
      {
        kind: 'conv',
        source: { layers: [INPUT_SOURCE] },
        kernel: { height: 1, width: 1 },
        stride: { height: 1, width: 1 },
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
        depthwise: true,
        bits: 8,
        codes: new Int8Array(channels).fill(1),
        multiplier: new Int32Array(channels).fill(1),
      },
    ],
    leak: 0,
    bias: new Int32Array(channels),
    threshold: new Int32Array(channels),
  };
}

function convLayer(
  random: Random,
  options: ChainOptions,
  earlier: readonly Layer[],
  channels: number,
): Layer {
  const from = earlier.length - 1;
  const { shape } = earlier[from];
  const side = options.kernel ?? 3;
  const padding = (side - 1) / 2;
  const largest = options.bits === 8 ? 127 : 2 ** options.bits - 1;
  const code = (): number =>
    options.bits === 8 ? random.integer(-largest, largest) : 2 * random.integer(0, largest) - largest;
  return {
    name: `conv${from}`,
    shape: { ...shape, channels },
    edges: [
      {
        kind: 'conv',
        source: { layers: [from] },
        kernel: { height: side, width: side },
        stride: { height: 1, width: 1 },
        padding: { top: padding, bottom: padding, left: padding, right: padding },
        depthwise: false,
        bits: options.bits,
        codes: Int8Array.from({ length: side * side * shape.channels * channels }, () =>
          random.uniform() < options.keep ? code() : 0,
        ),
        multiplier: new Int32Array(channels).fill(1),
      },
    ],
    leak: 51,
    bias: new Int32Array(channels),
    threshold: new Int32Array(channels).fill(options.threshold ?? 3 * largest),
  };
}

/** An input of which about `rate` makes the first layer fire. */
export function chainInput(random: Random, input: Shape, rate: number): Int8Array {
  return Int8Array.from({ length: elementsOf(input) }, () => (random.uniform() < rate ? 1 : -1));
}
