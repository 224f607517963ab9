import { LitesnnError } from '../../src/core/errors.js';
import { elementsOf, type Shape } from '../../src/core/geometry.js';
import type { Random } from '../../src/core/random.js';
import { analyzeRanges } from '../../src/model/ranges.js';
import type { Head, IntegerModel } from '../../src/model/types.js';
import { validateModel } from '../../src/model/validate.js';
import { randomCodes } from './random-edge.js';
import { randomLayer, type Built } from './random-layer.js';

export interface RandomModelOptions {
  /** Fixed sizes where a test needs them; random otherwise. */
  readonly input?: Shape | undefined;
  readonly timesteps?: number | undefined;
  readonly layers?: number | undefined;
  /** Connections of the whole network at most; 300,000 by default. */
  readonly synapses?: number | undefined;
}

/**
 * A model that uses any part of the contract: 1x1 to 20x20 images and signals, channel counts 1..40, kernels 1..5, strides 1..3,
 * any padding, depthwise, identities, concatenations, pooling, 1/2/4 bits (8 where the input is read and in the head),
 * 0..100 % of the weights kept, T 1..8, leak 0..255, up to three edges a layer with multipliers of either sign. Thresholds are
 * chosen by the spread of the currents, so that most channels fire sometimes, and some always or never.
 */
export function randomModel(random: Random, options: RandomModelOptions = {}): IntegerModel {
  for (;;) {
    const model = attempt(random, options);
    validateModel(model);
    try {
      analyzeRanges(model);
      return model;
    } catch (error) {
      // Wide weights, a leak near 1 and many timesteps together can need more than 32 bits: another one then.
      if (!(error instanceof LitesnnError) || error.code !== 'MODEL_RANGE_TOO_WIDE') throw error;
    }
  }
}

/** An input for `model`: noise of any strength, with any share of zeros, or one of the extremes. */
export function randomInput(random: Random, model: Pick<IntegerModel, 'input'>): Int8Array {
  const input = new Int8Array(elementsOf(model.input));
  const kind = random.integer(0, 9);
  if (kind === 0) return input.fill(random.pick([-128, 0, 127]));
  const amplitude = random.pick([2, 32, 64, 128, 128]);
  const zeros = random.pick([0, 0, 0.3, 0.9]);
  for (let i = 0; i < input.length; i++) {
    input[i] = random.uniform() < zeros ? 0 : random.integer(-amplitude, amplitude - 1);
  }
  return input;
}

function attempt(random: Random, options: RandomModelOptions): IntegerModel {
  const input = options.input ?? randomShape(random);
  const timesteps = options.timesteps ?? random.integer(1, 8);
  const count = options.layers ?? random.integer(1, 6);
  const built: Built = { input, layers: [], rates: [], timesteps };
  const budget = options.synapses ?? 300_000;
  for (let i = 0; i < count; i++) {
    const { layer, rate } = randomLayer(random, built, budget / count);
    built.layers.push(layer);
    built.rates.push(rate);
  }
  const classes = random.integer(2, 12);
  return {
    name: `random-${random.integer(0, 999_999)}`,
    input,
    frontEnd: { kind: 'none' },
    timesteps,
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    layers: built.layers,
    head: randomHead(random, built, classes),
    provenance: {
      tool: 'random-model',
      command: 'test',
      datasetName: 'none',
      datasetHash: '0'.repeat(64),
      seed: random.integer(0, 2 ** 31 - 1),
      created: '2024-01-01T00:00:00.000Z',
    },
  };
}

function randomShape(random: Random): Shape {
  const channels = random.pick([1, 1, 2, 3, 4, 5, 8, random.integer(1, 40)]);
  switch (random.integer(0, 4)) {
    case 0:
      return { height: 1, width: 1, channels };
    case 1:
      return { height: 1, width: random.integer(2, 64), channels };
    default:
      return { height: random.integer(1, 20), width: random.integer(1, 20), channels };
  }
}

function randomHead(random: Random, built: Built, classes: number): Head {
  const layers = [built.layers.length - 1];
  for (let i = 0; i < built.layers.length - 1; i++) if (random.uniform() < 0.25) layers.push(i);
  if (random.uniform() < 0.5) layers.reverse();
  const channels = layers.reduce((total, layer) => total + built.layers[layer].shape.channels, 0);
  const bits = random.pick([1, 2, 4, 8] as const);
  return {
    layers,
    bits,
    codes: randomCodes(random, bits, classes * channels),
    bias: Int32Array.from({ length: classes }, () => random.integer(-2000, 2000)),
  };
}
