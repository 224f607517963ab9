import * as tf from '@tensorflow/tfjs-core';
import type { Shape, Size2d } from '../../core/geometry.js';

/** `[batch][height][width][channels]`; the batch is `timestep * samples + sample` where time matters. */
export type Maps = tf.Tensor4D;

export function shapeOf(maps: Maps): Shape & { readonly batch: number } {
  const [batch, height, width, channels] = maps.shape;
  return { batch, height, width, channels };
}

/** `tf.tidy` for a result of any kind; tensors inside it survive. */
export function keepingResult<T extends object>(compute: () => T): T {
  return tf.tidy(() => compute() as tf.TensorContainerObject) as T;
}

/** No tensor that is made inside survives. */
export function keepingNothing<T>(compute: () => T): T {
  const results: T[] = [];
  tf.tidy(() => {
    results.push(compute());
  });
  return results[0];
}

/** Sum over all but the channels. */
export function channelSums(maps: Maps): Float32Array {
  return tf.tidy(() => {
    const channels = maps.shape[3];
    return tf
      .sum(tf.reshape(maps, [maps.size / channels, channels]), 0)
      .dataSync<'float32'>()
      .slice();
  });
}

export function channelMeans(maps: Maps): Float32Array {
  const count = maps.size / maps.shape[3];
  return channelSums(maps).map((sum) => sum / count);
}

/** Each channel times its own factor. */
export function scaleChannels(maps: Maps, factors: Float32Array): Maps {
  return tf.tidy(() => tf.mul(maps, tf.tensor1d(factors)));
}

export function addChannels(maps: Maps, terms: Float32Array): Maps {
  return tf.tidy(() => tf.add(maps, tf.tensor1d(terms)));
}

/**
 * Spreads elements `step` apart with zeros between and after: `[n][h][w][c]` to `[n][h * step.height][w * step.width][c]`. Two
 * paddings of matrices; a general strided scatter has no fast kernel.
 */
export function spread(maps: Maps, step: Size2d): Maps {
  if (step.height === 1 && step.width === 1) return maps;
  return tf.tidy(() => {
    const { batch, height, width, channels } = shapeOf(maps);
    const wide = tf.pad(tf.reshape(maps, [batch * height * width, channels]), [
      [0, 0],
      [0, (step.width - 1) * channels],
    ]);
    const row = width * step.width * channels;
    const tall = tf.pad(tf.reshape(wide, [batch * height, row]), [
      [0, 0],
      [0, (step.height - 1) * row],
    ]);
    return tf.reshape(tall, [batch, height * step.height, width * step.width, channels]);
  });
}

/** Cuts off rows and columns at the end, or adds zeros there. */
export function fit(maps: Maps, size: Size2d): Maps {
  return tf.tidy(() => {
    const { batch, height, width, channels } = shapeOf(maps);
    const kept = { height: Math.min(height, size.height), width: Math.min(width, size.width) };
    const cut =
      kept.height === height && kept.width === width
        ? maps
        : tf.slice(maps, [0, 0, 0, 0], [batch, kept.height, kept.width, channels]);
    if (kept.height === size.height && kept.width === size.width) return tf.clone(cut);
    return tf.pad(cut, [
      [0, 0],
      [0, size.height - kept.height],
      [0, size.width - kept.width],
      [0, 0],
    ]);
  });
}

/** The channels of a concatenation, apart again; as matrices, since general slices are slow. */
export function splitChannels(maps: Maps, counts: readonly number[]): Maps[] {
  const { batch, height, width, channels } = shapeOf(maps);
  const rows = tf.reshape(maps, [batch * height * width, channels]);
  let first = 0;
  const parts = counts.map((count) => {
    const part = tf.slice(rows, [0, first], [batch * height * width, count]);
    first += count;
    return tf.reshape<tf.Rank.R4>(part, [batch, height, width, count]);
  });
  return parts;
}

/** Sum of two optional tensors; those that were added are disposed of. */
export function accumulate(sum: Maps | undefined, term: Maps): Maps {
  if (sum === undefined) return term;
  const total = tf.add<Maps>(sum, term);
  sum.dispose();
  term.dispose();
  return total;
}
