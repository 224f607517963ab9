import * as tf from '@tensorflow/tfjs-core';
import type { ConvGeometry, Padding } from '../../core/geometry.js';
import { fit, shapeOf, spread, type Maps } from './operations.js';

function explicitPadding(padding: Padding): tf.backend_util.ExplicitPadding {
  return [
    [0, 0],
    [padding.top, padding.bottom],
    [padding.left, padding.right],
    [0, 0],
  ];
}

/** What a transposed convolution must be given so that element y of its result collects `dY[(y + top - ky) / stride]`. */
export function spreadGradient(
  gradient: Maps,
  input: Maps['shape'],
  geometry: ConvGeometry,
): { maps: Maps; padding: Padding } {
  const { kernel, stride, padding } = geometry;
  const wide = spread(gradient, stride);
  const [, height, width] = input;
  // The zeros after the last row may reach further than the input and its padding do.
  const used = {
    height: Math.min(wide.shape[1], height + padding.top),
    width: Math.min(wide.shape[2], width + padding.left),
  };
  const maps = fit(wide, used);
  return {
    maps,
    padding: {
      top: kernel.height - 1 - padding.top,
      left: kernel.width - 1 - padding.left,
      bottom: height + padding.top - used.height,
      right: width + padding.left - used.width,
    },
  };
}

/** `[in][height][width][batch]`: what {@link denseFilterGradient} reads; shared by all edges of a source. */
export function transposeForFilter(maps: Maps): Maps {
  return tf.tidy(() => {
    const { batch, height, width, channels } = shapeOf(maps);
    const turned = tf.transpose(tf.reshape(maps, [batch, height * width, channels]), [2, 1, 0]);
    return tf.reshape(turned, [channels, height, width, batch]);
  });
}

/** `weights` `[out][kernelY][kernelX][in]`. */
export function denseForward(
  maps: Maps,
  weights: Float32Array,
  outputs: number,
  geometry: ConvGeometry,
): Maps {
  return tf.tidy(() => {
    const { kernel, stride, padding } = geometry;
    const inputs = maps.shape[3];
    const filter = tf.transpose(tf.tensor2d(weights, [outputs, weights.length / outputs]));
    return tf.conv2d(
      maps,
      tf.reshape(filter, [kernel.height, kernel.width, inputs, outputs]),
      [stride.height, stride.width],
      explicitPadding(padding),
    );
  });
}

/** A convolution of the spread gradient with the turned kernel: no backend but the native one has a fast transposed convolution. */
export function denseInputGradient(
  gradient: Maps,
  weights: Float32Array,
  input: Maps['shape'],
  geometry: ConvGeometry,
): Maps {
  return tf.tidy(() => {
    const { kernel } = geometry;
    const outputs = gradient.shape[3];
    const dense = tf.tensor4d(weights, [outputs, kernel.height, kernel.width, input[3]]);
    const turned = tf.transpose<Maps>(tf.reverse(dense, [1, 2]), [1, 2, 0, 3]);
    const { maps, padding } = spreadGradient(gradient, input, geometry);
    return tf.conv2d(maps, turned, 1, explicitPadding(padding));
  });
}

/**
 * `dW[o][ky][kx][i] = sum over n, y, x of X[n][y * stride + ky - top][x * stride + kx - left][i] * dY[n][y][x][o]`, which is itself a
 * convolution: of X with channels as its batch and the batch as its channels, with dY as its (dilated) kernel. The
 * WebAssembly backend has no kernel for the gradient of a filter.
 */
export function denseFilterGradient(transposed: Maps, gradient: Maps, geometry: ConvGeometry): Float32Array {
  return tf.tidy(() => {
    const { kernel, stride, padding } = geometry;
    const { batch, height, width, channels } = shapeOf(gradient);
    const rows = tf.reshape(gradient, [batch, height * width, channels]);
    const filter: Maps = tf.reshape(tf.transpose(rows, [1, 0, 2]), [height, width, batch, channels]);
    const sums: Maps = tf.conv2d(transposed, filter, 1, explicitPadding(padding), 'NHWC', [
      stride.height,
      stride.width,
    ]);
    // Rows that the stride left over at the end look like further taps of the kernel.
    return tf.transpose<Maps>(fit(sums, kernel), [3, 1, 2, 0]).dataSync<'float32'>().slice();
  });
}
