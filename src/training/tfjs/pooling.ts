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

/** Spikes are 0 or 1, so the maximum over a window is whether any is 1. */
export function poolForward(maps: Maps, pooling: Pooling): Maps {
  return tf.tidy(() => {
    const elements = windowElements(maps, pooling);
    return pooling.kind === 'nearest' ? tf.clone(elements[0]) : tf.step(tf.addN(elements));
  });
}

/** Gradient of each window element: to the first that is 1, or to the very first of a silent window. */
function shareOut(gradient: Maps, maps: Maps, pooling: Pooling): Maps[] {
  if (pooling.kind === 'nearest') return [gradient];
  const elements = windowElements(maps, pooling);
  const shares: Maps[] = [];
  let left = gradient;
  for (const element of elements) {
    const share = tf.mul<Maps>(left, element);
    left = tf.sub(left, share);
    shares.push(share);
  }
  shares[0] = tf.add(shares[0], left);
  return shares;
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
