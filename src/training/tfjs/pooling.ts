import * as tf from '@tensorflow/tfjs-core';
import { pooledSize, type Pooling } from '../../core/geometry.js';
import { fit, shapeOf, spread, type Maps } from './operations.js';

/** Element k of every window, for all k row by row: `height * width` maps of the pooled size. */
function windowElements(maps: Maps, pooling: Pooling): Maps[] {
  const { batch, channels, ...size } = shapeOf(maps);
  const pooled = pooledSize(size, pooling);
  const whole = fit(maps, { height: pooled.height * pooling.height, width: pooled.width * pooling.width });
  const row = pooled.width * pooling.width * channels;
  const bands = tf.reshape(whole, [batch * pooled.height, pooling.height * row]);
  const elements: Maps[] = [];
  for (let y = 0; y < pooling.height; y++) {
    const band = tf.slice(bands, [0, y * row], [batch * pooled.height, row]);
    const windows = tf.reshape(band, [batch * pooled.height * pooled.width, pooling.width * channels]);
    for (let x = 0; x < pooling.width; x++) {
      const element = tf.slice(windows, [0, x * channels], [batch * pooled.height * pooled.width, channels]);
      elements.push(tf.reshape(element, [batch, pooled.height, pooled.width, channels]));
    }
  }
  return elements;
}

function largestOf(elements: readonly Maps[]): Maps {
  return elements.reduce((largest, element) => tf.maximum(largest, element));
}

export function poolForward(maps: Maps, pooling: Pooling): Maps {
  return tf.tidy(() => {
    const elements = windowElements(maps, pooling);
    return tf.clone(pooling.kind === 'nearest' ? elements[0] : largestOf(elements));
  });
}

/** Gradient of each window element: to the first that equals the maximum, which in a silent window is the very first. */
function shareOut(gradient: Maps, maps: Maps, pooling: Pooling): Maps[] {
  if (pooling.kind === 'nearest') return [gradient];
  const elements = windowElements(maps, pooling);
  const largest = largestOf(elements);
  let left = gradient;
  return elements.map((element) => {
    // Neither is negative, so the step of the difference is 1 just where the element is less than the maximum.
    const share = tf.mul<Maps>(left, tf.sub(1, tf.step(tf.sub(largest, element))));
    left = tf.sub(left, share);
    return share;
  });
}

/** `maps`: what was pooled. */
export function poolBackward(gradient: Maps, maps: Maps, pooling: Pooling): Maps {
  return tf.tidy(() => {
    const { batch, height, width, channels } = shapeOf(gradient);
    const size = { height: maps.shape[1], width: maps.shape[2] };
    const shares = shareOut(gradient, maps, pooling);
    if (shares.length === 1) return fit(spread(gradient, pooling), size);
    const bands: tf.Tensor2D[] = [];
    for (let y = 0; y < pooling.height; y++) {
      const band: Maps = tf.concat(shares.slice(y * pooling.width, (y + 1) * pooling.width), 3);
      bands.push(tf.reshape(band, [batch * height, width * pooling.width * channels]));
    }
    const whole: Maps = tf.reshape(tf.concat(bands, 1), [
      batch,
      height * pooling.height,
      width * pooling.width,
      channels,
    ]);
    return fit(whole, size);
  });
}
