/** Peak of a triangle, in 2^-10. */
export const MEL_WEIGHT_ONE = 1 << 10;

/** One triangular filter: `energy = sum_i weights[i] * power[first + i]`. */
export interface MelFilter {
  readonly first: number;
  readonly weights: Uint16Array;
}

/** Hertz to mel: `2595 log10(1 + f / 700)` (HTK). */
export function melOfHertz(hertz: number): number {
  return 2595 * Math.log10(1 + hertz / 700);
}

export function hertzOfMel(mel: number): number {
  return 700 * (10 ** (mel / 2595) - 1);
}

/**
 * Triangles whose corners are evenly spaced in mel from `lowHz` to `highHz`, each from the peak of the one before to the peak of the one
 * after; weights are rounded to 2^-10. A filter so narrow that no bin lies in it has no weights.
 */
export function melFilters(
  mels: number,
  lowHz: number,
  highHz: number,
  sampleRate: number,
  fftSize: number,
): readonly MelFilter[] {
  const low = melOfHertz(lowHz);
  const step = (melOfHertz(highHz) - low) / (mels + 1);
  const bins = Array.from(
    { length: mels + 2 },
    (_, i) => (hertzOfMel(low + i * step) * fftSize) / sampleRate,
  );
  return Array.from({ length: mels }, (_, m) => triangle(bins[m], bins[m + 1], bins[m + 2], fftSize / 2));
}

/** @param left,peak,right corners in bins (fractional) */
function triangle(left: number, peak: number, right: number, lastBin: number): MelFilter {
  const weights: number[] = [];
  let first = 0;
  for (let bin = Math.max(0, Math.ceil(left)); bin <= Math.min(lastBin, Math.floor(right)); bin++) {
    const height = bin <= peak ? (bin - left) / (peak - left) : (right - bin) / (right - peak);
    const weight = Math.round(height * MEL_WEIGHT_ONE);
    if (weight === 0) continue;
    if (weights.length === 0) first = bin;
    weights.push(weight);
  }
  return { first, weights: Uint16Array.from(weights) };
}
