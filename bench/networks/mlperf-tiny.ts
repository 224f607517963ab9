import { elementsOf, samePadding, type Shape } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import type { IntegerModel, WeightBits } from '../../src/model/types.js';
import { INPUT, NetworkBuilder, SHARED_MULTIPLIER } from '../../src/energy/probes/network-builder.js';

export interface NetworkOptions {
  readonly bits: WeightBits;
  readonly timesteps: number;
  readonly rate: number;
  readonly command: string;
  /** Share of the weights that is kept in the body; 1 by default. */
  readonly keep?: number | undefined;
  readonly seed?: number | undefined;
}

export interface BuiltNetwork {
  readonly model: IntegerModel;
  readonly sample: Int8Array;
}

type Body = (builder: NetworkBuilder, options: NetworkOptions) => number;

function build(
  name: string,
  input: Shape,
  classes: number,
  options: NetworkOptions,
  body: Body,
): BuiltNetwork {
  const random = Random.fromSeed(options.seed ?? 1);
  const sample = Int8Array.from({ length: elementsOf(input) }, () => random.integer(-128, 127));
  const builder = new NetworkBuilder(random, input, options.timesteps, sample);
  const last = body(builder, options);
  return { model: builder.build(name, classes, [last], options.command), sample };
}

const THREE = { height: 3, width: 3 };
const ONE = { height: 1, width: 1 };
const NO_PADDING = { top: 0, left: 0, bottom: 0, right: 0 };
/** TensorFlow's "same" for a 3x3 window with stride 2 and an even size: the extra row and column at the end. */
const STRIDED = { top: 0, left: 0, bottom: 1, right: 1 };
const STEM_BITS = 8;

/**
 * The shapes of MLPerf Tiny's image classification network (ResNet8, 32x32x3): every convolution of the original is here, each
 * batch normalization with ReLU is a population of neurons, and each addition is made in the currents of the population
 * after it: an identity edge in the first stack, the original's 1x1 convolution with stride 2 in the others. Its average
 * pooling and fully connected layer are the head's counts and weights.
 */
export function resnet8(options: NetworkOptions): BuiltNetwork {
  return build(
    'resnet8',
    { height: 32, width: 32, channels: 3 },
    10,
    options,
    (builder, { bits, rate, keep }) => {
      const stem = builder.conv({
        source: INPUT,
        kernel: THREE,
        padding: samePadding(THREE),
        channels: 16,
        bits: STEM_BITS,
      });
      let last = builder.add('stem', [stem], rate);
      for (const [stack, channels] of [16, 32, 64].entries()) {
        const first = stack === 0;
        const source = { layers: [last] };
        const window = { kernel: THREE, channels, bits, keep };
        const strided = first ? { padding: samePadding(THREE) } : { padding: STRIDED, stride: 2 };
        const inner = builder.add(`stack${stack}.0`, [builder.conv({ source, ...window, ...strided })], rate);
        const outer = builder.conv(
          { source: { layers: [inner] }, ...window, padding: samePadding(THREE) },
          SHARED_MULTIPLIER,
        );
        const shortcut = first
          ? builder.identity(source)
          : {
              ...builder.conv({ source, kernel: ONE, stride: 2, padding: NO_PADDING, channels, bits, keep }),
              multiplier: builder.multipliers(channels),
            };
        last = builder.add(`stack${stack}.1`, [outer, shortcut], rate);
      }
      return last;
    },
  );
}

/**
 * The shapes of MLPerf Tiny's keyword spotting network (DS-CNN, 49x10x1): a 10x4 convolution with stride 2 to 64 channels, then
 * four pairs of a depthwise 3x3 and a 1x1 convolution. As in the original, where each is followed by batch normalization and
 * ReLU, each has neurons of its own.
 */
export function dsCnn(options: NetworkOptions): BuiltNetwork {
  return build(
    'ds-cnn',
    { height: 49, width: 10, channels: 1 },
    12,
    options,
    (builder, { bits, rate, keep }) => {
      const channels = 64;
      // TensorFlow's "same" for 49x10, window 10x4, stride 2: 25x5.
      const padding = { top: 4, bottom: 5, left: 1, right: 1 };
      const stem = builder.conv({
        source: INPUT,
        kernel: { height: 10, width: 4 },
        stride: 2,
        padding,
        channels,
        bits: STEM_BITS,
      });
      let last = builder.add('stem', [stem], rate);
      for (let block = 0; block < 4; block++) {
        const depthwise = builder.conv({
          source: { layers: [last] },
          kernel: THREE,
          padding: samePadding(THREE),
          bits,
        });
        last = builder.add(`block${block}.depthwise`, [depthwise], rate);
        const pointwise = builder.conv({
          source: { layers: [last] },
          kernel: ONE,
          padding: NO_PADDING,
          channels,
          bits,
          keep,
        });
        last = builder.add(`block${block}.pointwise`, [pointwise], rate);
      }
      return last;
    },
  );
}
