import type { Random } from '../../core/random.js';
import { clampInt8, type Augment, type AugmentSpec } from './spec.js';

/** Amplitude, offset and Gaussian noise. */
export function levelOf({ offset = 0, amplitude = 0, noise = 0 }: AugmentSpec): Augment | undefined {
  if (offset === 0 && amplitude === 0 && noise === 0) return undefined;
  return (sample, _shape, random) => {
    const factor = amplitude === 0 ? 1 : 1 + amplitude * (2 * random.uniform() - 1);
    const added = offset === 0 ? 0 : offset * (2 * random.uniform() - 1);
    const hiss = noise === 0 ? undefined : noiseSource(random, noise * random.uniform());
    for (let i = 0; i < sample.length; i++) {
      sample[i] = clampInt8(Math.round(factor * sample[i] + added + (hiss?.() ?? 0)));
    }
  };
}

/** Variance of the sum of the four bytes of a random word: 4 (256^2 - 1) / 12. */
const BYTES_SPREAD = Math.sqrt((4 * (256 ** 2 - 1)) / 12);
const BYTES_MEAN = 4 * 127.5;

/**
 * Nearly Gaussian numbers: sums of four bytes of a xorshift word (Marsaglia 2003). A draw from the generator of everything else for each
 * value would take a tenth of a training step.
 */
function noiseSource(random: Random, deviation: number): () => number {
  let state = random.integer(1, 0x7fffffff);
  const scale = deviation / BYTES_SPREAD;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const sum = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + (state >>> 24);
    return scale * (sum - BYTES_MEAN);
  };
}
