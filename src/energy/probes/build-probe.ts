import { elementsOf, samePadding, type Shape } from '../../core/geometry.js';
import { Random } from '../../core/random.js';
import type { IntegerModel, WeightBits } from '../../model/types.js';
import { INPUT, NetworkBuilder, SHARED_MULTIPLIER } from './network-builder.js';

/** A layer after the first: `residual` adds what it reads to a 3x3 convolution, `depthwise` is followed by a 1x1 convolution. */
export interface ProbeBlock {
  readonly kind: 'conv' | 'point' | 'depthwise' | 'residual';
  /** Channels out; what comes in for a residual. */
  readonly channels: number;
  readonly stride?: number;
}

/** A network of random weights, made to be measured: its shape and how often it fires are chosen, what it says is not. */
export interface ProbeSpec {
  readonly name: string;
  readonly input: Shape;
  readonly timesteps: number;
  readonly stem: { readonly channels: number; readonly side: number; readonly stride: number };
  readonly blocks: readonly ProbeBlock[];
  readonly bits: WeightBits;
  /** Share of the weights kept after the stem. */
  readonly keep: number;
  /** Spikes a neuron and timestep that thresholds are chosen for. */
  readonly rate: number;
  readonly classes: number;
}

/** How a mix of inputs differs from another: the share of values that are zero and the size of the others, 1..127. */
export interface InputMix {
  readonly name: string;
  readonly zeros: number;
  readonly amplitude: number;
}

const STEM_BITS = 8;

const THREE = { height: 3, width: 3 };
const ONE = { height: 1, width: 1 };

/** Inputs of one mix, `[count][height][width][channels]`. */
export function probeInputs(random: Random, input: Shape, mix: InputMix, count: number): Int8Array {
  return Int8Array.from({ length: count * elementsOf(input) }, () =>
    random.uniform() < mix.zeros ? 0 : random.integer(-mix.amplitude, mix.amplitude),
  );
}

/** The network of a specification: the same whenever it is built with the same seed. Its rates hold on the given mix. */
export function buildProbe(spec: ProbeSpec, mix: InputMix, seed: number, command: string): IntegerModel {
  const random = Random.fromSeed(seed);
  const sample = probeInputs(random, spec.input, mix, 1);
  const builder = new NetworkBuilder(random, spec.input, spec.timesteps, sample);
  const { channels, side, stride } = spec.stem;
  const kernel = { height: Math.min(side, spec.input.height), width: side };
  const stem = builder.conv({
    source: INPUT,
    kernel,
    padding: samePadding(kernel),
    channels,
    stride,
    bits: STEM_BITS,
  });
  let last = builder.add('stem', [stem], spec.rate);
  for (const [index, block] of spec.blocks.entries()) last = addBlock(builder, spec, block, index, last);
  return builder.build(spec.name, spec.classes, [last], command);
}

function addBlock(
  builder: NetworkBuilder,
  { bits, keep, rate }: ProbeSpec,
  { kind, channels, stride }: ProbeBlock,
  index: number,
  last: number,
): number {
  const source = { layers: [last] };
  const kernel = kind === 'point' || builder.input.height === 1 ? flat(kind) : THREE;
  const window = { source, kernel, padding: samePadding(kernel), bits, stride };
  const name = `${index}.${kind}`;
  switch (kind) {
    case 'conv':
    case 'point':
      return builder.add(name, [builder.conv({ ...window, channels, keep })], rate);
    case 'residual': {
      const sum = builder.conv({ ...window, channels, keep }, SHARED_MULTIPLIER);
      return builder.add(name, [sum, builder.identity(source)], rate);
    }
    case 'depthwise': {
      const spread = builder.add(`${name}.space`, [builder.conv(window)], rate);
      const mixed = {
        source: { layers: [spread] },
        kernel: ONE,
        padding: samePadding(ONE),
        channels,
        bits,
        keep,
      };
      return builder.add(`${name}.channels`, [builder.conv(mixed)], rate);
    }
  }
}

/** Windows of signals, and of 1x1 convolutions. */
function flat(kind: ProbeBlock['kind']): { readonly height: number; readonly width: number } {
  return kind === 'point' ? ONE : { height: 1, width: 3 };
}
