import { clampInt8, type Augment, type BackgroundSpec } from './spec.js';

/** Samples of noise `[count][sample]`. */
export interface Backgrounds {
  readonly count: number;
  readonly inputs: Int8Array;
}

/**
 * Lays noise over sounds. Energies add, and the logarithm of a sum is, within half a step of loudness, that of the larger part: the
 * maximum of both spectra.
 */
export function backgroundOf(spec: BackgroundSpec, { count, inputs }: Backgrounds): Augment | undefined {
  if (count === 0) return undefined;
  const size = inputs.length / count;
  return (sample, _shape, random) => {
    if (random.uniform() >= spec.share) return;
    const start = random.integer(0, count - 1) * size;
    const lowered = random.integer(0, spec.lowered);
    for (let i = 0; i < size; i++) {
      sample[i] = Math.max(sample[i], clampInt8(inputs[start + i] - lowered));
    }
  };
}
