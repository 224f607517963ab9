import { elementsOf, samePadding } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import type { IntegerModel, WeightBits } from '../../src/model/types.js';
import { INPUT, NetworkBuilder } from '../../src/energy/probes/network-builder.js';
import type { BuiltNetwork } from './mlperf-tiny.js';

export const LAYER_SHAPE = { height: 16, width: 16, channels: 32 };
export const LAYER_TIMESTEPS = 2;
/** Dense synaptic connections, those that padding meets included: 3x3, 16x16 pixels, 32 to 32 channels. */
export const LAYER_CONNECTIONS = 9 * 16 * 16 * 32 * 32;
/** Its place in the network; the layer before it turns input into spikes. */
export const LAYER_INDEX = 1;

/**
 * The layer of the kernel figures behind one that fires where the input is positive, at every timestep: what the layer reads
 * is decided by the input alone. Its neurons fire about as often as what they read.
 */
export function singleLayer(
  bits: WeightBits,
  keep: number,
  rate: number,
  command: string,
): BuiltNetwork & { readonly model: IntegerModel } {
  const random = Random.fromSeed(7);
  const sample = signInput(random, elementsOf(LAYER_SHAPE), rate);
  const builder = new NetworkBuilder(random, LAYER_SHAPE, LAYER_TIMESTEPS, sample);
  const source = addSign(builder);
  const kernel = { height: 3, width: 3 };
  const layer = builder.conv({
    source: { layers: [source] },
    kernel,
    padding: samePadding(kernel),
    channels: 32,
    bits,
    keep,
  });
  return { model: builder.build('layer', 2, [builder.add('layer', [layer], rate)], command), sample };
}

/** Values of which `rate` are positive. */
export function signInput(random: Random, count: number, rate: number): Int8Array {
  return Int8Array.from({ length: count }, () => (random.uniform() < rate ? 1 : -1));
}

/** A population of the input's shape that fires where it is positive. */
export function addSign(builder: NetworkBuilder, name = 'sign'): number {
  const kernel = { height: 1, width: 1 };
  const sign = builder.conv({ source: INPUT, kernel, padding: samePadding(kernel), bits: 8 });
  const { channels } = builder.input;
  return builder.addFixed({
    name,
    shape: builder.input,
    edges: [{ ...sign, codes: sign.codes.map(() => 1) }],
    leak: 0,
    bias: new Int32Array(channels),
    threshold: new Int32Array(channels),
  });
}
