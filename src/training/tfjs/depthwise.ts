import * as tf from '@tensorflow/tfjs-core';
import type { ConvGeometry, Padding, Size2d } from '../../core/geometry.js';
import { spreadGradient } from './convolution.js';
import { channelSums, shapeOf, type Maps } from './operations.js';

/** Depthwise kernels of the backends know no explicit padding. */
function padded(maps: Maps, padding: Padding): Maps {
  return tf.pad(maps, [
    [0, 0],
    [padding.top, padding.bottom],
    [padding.left, padding.right],
    [0, 0],
  ]);
}

/** `[kernelY][kernelX][channel][1]` of weights `[channel][kernelY][kernelX]`. */
function depthwiseFilter(weights: Float32Array, channels: number, { kernel }: ConvGeometry): Maps {
  const filter = tf.transpose(tf.tensor2d(weights, [channels, kernel.height * kernel.width]));
  return tf.reshape(filter, [kernel.height, kernel.width, channels, 1]);
}

function thinOut(maps: Maps, { height, width }: Size2d): Maps {
  return tf.stridedSlice(maps, [0, 0, 0, 0], maps.shape, [1, height, width, 1]) as Maps;
}

export function depthwiseForward(maps: Maps, weights: Float32Array, geometry: ConvGeometry): Maps {
  return tf.tidy(() => {
    const { stride, padding } = geometry;
    const filter = depthwiseFilter(weights, maps.shape[3], geometry);
    // TensorFlow.js wants equal strides in depthwise kernels: both are taken at 1 and thinned out where they differ.
    const equal = stride.height === stride.width;
    const step = equal ? stride.height : 1;
    const dense = tf.depthwiseConv2d(padded(maps, padding), filter, step, 'valid');
    return equal ? dense : thinOut(dense, stride);
  });
}

export function depthwiseInputGradient(
  gradient: Maps,
  weights: Float32Array,
  input: Maps['shape'],
  geometry: ConvGeometry,
): Maps {
  return tf.tidy(() => {
    const turned = tf.reverse(depthwiseFilter(weights, input[3], geometry), [0, 1]);
    const { maps, padding } = spreadGradient(gradient, input, geometry);
    return tf.depthwiseConv2d(padded(maps, padding), turned, 1, 'valid');
  });
}

/** One product and sum a tap, since the WebAssembly backend has no kernel for the gradient of a filter. */
export function depthwiseFilterGradient(maps: Maps, gradient: Maps, geometry: ConvGeometry): Float32Array {
  return tf.tidy(() => {
    const { kernel, stride, padding } = geometry;
    const { batch, height, width, channels } = shapeOf(gradient);
    const source = padded(maps, padding);
    const taps = kernel.height * kernel.width;
    const result = new Float32Array(channels * taps);
    for (let tap = 0; tap < taps; tap++) {
      const y = Math.floor(tap / kernel.width);
      const x = tap % kernel.width;
      const end = [batch, y + (height - 1) * stride.height + 1, x + (width - 1) * stride.width + 1, channels];
      const sums = tf.tidy(() => {
        const window = tf.stridedSlice(source, [0, y, x, 0], end, [1, stride.height, stride.width, 1]);
        return channelSums(tf.mul<Maps>(window, gradient));
      });
      sums.forEach((sum, channel) => (result[channel * taps + tap] = sum));
    }
    return result;
  });
}
