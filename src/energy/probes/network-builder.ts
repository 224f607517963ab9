import { convolvedSize, type Padding, type Shape, type Size2d } from '../../core/geometry.js';
import type { Random } from '../../core/random.js';
import { pooledSourceShape } from '../../model/shapes.js';
import {
  INPUT_SOURCE,
  type ConvEdge,
  type Edge,
  type EdgeSource,
  type IdentityEdge,
  type IntegerModel,
  type Layer,
  type WeightBits,
} from '../../model/types.js';
import { validateModel } from '../../model/validate.js';
import { fireAt, firedBy } from './fire-at.js';

export interface ConvSpec {
  readonly source: EdgeSource;
  readonly kernel: Size2d;
  readonly stride?: number | undefined;
  readonly padding: Padding;
  /** Channels out; absent for a depthwise convolution. */
  readonly channels?: number | undefined;
  readonly bits: WeightBits;
  /** Share of the weights that is kept. */
  readonly keep?: number | undefined;
}

export const TIMES_ONE = 1;

/** Of a convolution that shares its neurons with another edge; what folding gives such edges. */
export const SHARED_MULTIPLIER = 64;

/**
 * Networks of given shapes with random weights, whose neurons fire as often as asked for on one sample: each layer's biases and
 * thresholds are chosen when it is added, from the currents that it really gets.
 */
export class NetworkBuilder {
  /** Added so far. */
  readonly layers: Layer[] = [];
  private readonly spikes: Uint8Array[] = [];

  constructor(
    readonly random: Random,
    readonly input: Shape,
    readonly timesteps: number,
    /** `[height][width][channel]`: what the rates are chosen on. */
    readonly sample: Int8Array,
  ) {}

  conv(spec: ConvSpec, multiplier = TIMES_ONE): ConvEdge {
    const source = pooledSourceShape(this, spec.source);
    const channels = spec.channels ?? source.channels;
    const depthwise = spec.channels === undefined;
    const stride = { height: spec.stride ?? 1, width: spec.stride ?? 1 };
    const perChannel = spec.kernel.height * spec.kernel.width * (depthwise ? 1 : source.channels);
    return {
      kind: 'conv',
      source: spec.source,
      kernel: spec.kernel,
      stride,
      padding: spec.padding,
      depthwise,
      bits: spec.bits,
      codes: randomCodes(this.random, spec.bits, spec.keep ?? 1, channels * perChannel),
      multiplier: new Int32Array(channels).fill(multiplier),
    };
  }

  /** With a multiplier of its own for each channel, of the size that folding gives to identities. */
  identity(source: EdgeSource): IdentityEdge {
    const { channels } = pooledSourceShape(this, source);
    return { kind: 'identity', source, multiplier: this.multipliers(channels) };
  }

  /** 50..600, as identities and second edges of trained networks have. */
  multipliers(channels: number): Int32Array {
    return Int32Array.from({ length: channels }, () => this.random.integer(50, 600));
  }

  /** Adds a layer that fires in `rate` of its neurons and timesteps; returns its index. */
  add(name: string, edges: readonly Edge[], rate: number, leak = 51): number {
    const shape = this.shapeOf(edges[0]);
    const draft = { name, shape, edges, leak };
    const { layer, spikes } = fireAt(this, draft, this.spikes, rate);
    this.layers.push(layer);
    this.spikes.push(spikes);
    return this.layers.length - 1;
  }

  /** Adds a layer as it is. */
  addFixed(layer: Layer): number {
    this.layers.push(layer);
    this.spikes.push(firedBy(this, layer, this.spikes));
    return this.layers.length - 1;
  }

  private shapeOf(edge: Edge): Shape {
    const source = pooledSourceShape(this, edge.source);
    if (edge.kind === 'identity') return source;
    return { ...convolvedSize(source, edge), channels: edge.multiplier.length };
  }

  build(name: string, classes: number, head: readonly number[], command: string): IntegerModel {
    const channels = head.reduce((sum, layer) => sum + this.layers[layer].shape.channels, 0);
    const model: IntegerModel = {
      name,
      input: this.input,
      frontEnd: { kind: 'none' },
      timesteps: this.timesteps,
      classes: Array.from({ length: classes }, (_, k) => `class ${k}`),
      layers: this.layers,
      head: {
        layers: head,
        bits: 8,
        codes: randomCodes(this.random, 8, 1, classes * channels),
        bias: Int32Array.from({ length: classes }, () => this.random.integer(-500, 500)),
      },
      provenance: {
        tool: 'litesnn',
        command,
        datasetName: 'none',
        datasetHash: '0'.repeat(64),
        seed: 1,
        created: '2024-01-01T00:00:00.000Z',
      },
    };
    validateModel(model);
    return model;
  }
}

export const INPUT: EdgeSource = { layers: [INPUT_SOURCE] };

function randomCodes(random: Random, bits: WeightBits, keep: number, count: number): Int8Array {
  const top = 2 ** bits - 1;
  return Int8Array.from({ length: count }, () => {
    if (keep < 1 && random.uniform() >= keep) return 0;
    return bits === 8 ? random.integer(-127, 127) : 2 * random.integer(0, top) - top;
  });
}
