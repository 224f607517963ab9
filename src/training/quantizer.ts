/** Gaussian-optimal step of the mid-rise quantizer in standard deviations (LitE-SNN, section 3). */
const GAUSSIAN_STEP: Readonly<Partial<Record<number, number>>> = { 1: 1.596, 2: 0.996, 4: 0.336 };

const LARGEST_INT8_CODE = 127;

/** Below this a tensor counts as all zero: it gets a small positive scale, since folding divides by it. */
const SMALLEST_MAGNITUDE = 1e-6;

/** Equal weights have a computed standard deviation of a few roundings, not of zero. */
const SMALLEST_RELATIVE_SPREAD = 1e-6;

export interface Quantized {
  /** Odd in -(2^b - 1)..2^b - 1 for b = 1, 2, 4; -127..127 for b = 8. */
  readonly codes: Int8Array;
  /** Effective weight = code * scale; a positive float32. */
  readonly scale: number;
}

function largestMagnitude(weights: Float32Array): number {
  let largest = 0;
  for (const w of weights) largest = Math.max(largest, Math.abs(w));
  return largest;
}

/** Population standard deviation; the largest magnitude where the weights are all the same. */
function spreadOf(weights: Float32Array): number {
  let sum = 0;
  for (const w of weights) sum += w;
  const mean = sum / weights.length;
  let squares = 0;
  for (const w of weights) squares += (w - mean) ** 2;
  const deviation = Math.sqrt(squares / weights.length);
  const magnitude = largestMagnitude(weights);
  if (magnitude < SMALLEST_MAGNITUDE) return SMALLEST_MAGNITUDE;
  return deviation > SMALLEST_RELATIVE_SPREAD * magnitude ? deviation : magnitude;
}

/** Step and quotients are rounded to float32, so that an engine that computes in float32 finds the same codes. */
function midRise(weights: Float32Array, bits: number, step: number): Quantized {
  const d = Math.fround(spreadOf(weights) * step);
  const largest = 2 ** bits - 1;
  const codes = Int8Array.from(weights, (w) => {
    const code = 2 * Math.floor(Math.fround(w / d)) + 1;
    return Math.max(-largest, Math.min(largest, code));
  });
  return { codes, scale: d / 2 };
}

function midTread(weights: Float32Array): Quantized {
  const d = Math.fround(Math.max(largestMagnitude(weights), SMALLEST_MAGNITUDE) / LARGEST_INT8_CODE);
  const codes = Int8Array.from(weights, (w) => {
    const code = Math.round(Math.fround(w / d));
    return Math.max(-LARGEST_INT8_CODE, Math.min(LARGEST_INT8_CODE, code));
  });
  return { codes, scale: d };
}

/**
 * Codes and scale of a whole weight tensor. Bits 1, 2, 4: mid-rise without a zero level,
 * `q = clamp(floor(w / d) + 0.5, +-(2^b / 2 - 0.5))`, `code = 2 q`, `scale = d / 2`, d = the tensor's standard deviation times the
 * Gaussian-optimal step. Bits 8: `code = clamp(round(w / d), +-127)`, halves upwards, `scale = d = max |w| / 127`.
 */
export function quantize(weights: Float32Array, bits: number): Quantized {
  if (bits === 8) return midTread(weights);
  const step = GAUSSIAN_STEP[bits];
  if (step === undefined) throw new RangeError(`no quantizer of ${bits} bits`);
  return midRise(weights, bits, step);
}

/** Effective weights of 8 bits with a scale for each of `rows` output channels, whose weights stand one after another. */
export function quantizeRows(weights: Float32Array, rows: number): Float32Array {
  const length = weights.length / rows;
  const effective = new Float32Array(weights.length);
  for (let start = 0; start < weights.length; start += length) {
    const { codes, scale } = midTread(weights.subarray(start, start + length));
    for (let i = 0; i < length; i++) effective[start + i] = codes[i] * scale;
  }
  return effective;
}

/**
 * 1 for the `max(1, round(keep * n))` largest scores, else 0; of equal scores the lower index is kept. `ascending` is
 * `score` sorted, for callers that make several masks.
 */
export function keepMask(score: Float32Array, keep: number, ascending = score.slice().sort()): Uint8Array {
  const kept = Math.min(score.length, Math.max(1, Math.round(keep * score.length)));
  const lowestKept = ascending[score.length - kept];
  const mask = new Uint8Array(score.length);
  let left = kept;
  for (let i = 0; i < score.length; i++) {
    if (score[i] <= lowestKept) continue;
    mask[i] = 1;
    left--;
  }
  for (let i = 0; i < score.length && left > 0; i++) {
    if (score[i] !== lowestKept) continue;
    mask[i] = 1;
    left--;
  }
  return mask;
}

/** One mask a keep choice; without scores every weight is kept. */
export function keepMasks(
  length: number,
  score: Float32Array | undefined,
  choices: readonly number[],
): Uint8Array[] {
  if (score === undefined) return choices.map(() => new Uint8Array(length).fill(1));
  const ascending = score.slice().sort();
  return choices.map((keep) => keepMask(score, keep, ascending));
}

/** `sum_b mix_b Q_b(W)`. */
export function mixQuantized(quantized: readonly Quantized[], mix: ArrayLike<number>): Float32Array {
  const sum = new Float32Array(quantized[0].codes.length);
  quantized.forEach(({ codes, scale }, choice) => {
    const unit = mix[choice] * scale;
    for (let i = 0; i < sum.length; i++) sum[i] += unit * codes[i];
  });
  return sum;
}

/** `sum_k mix_k M_k`. */
export function mixMasks(masks: readonly Uint8Array[], mix: ArrayLike<number>): Float32Array {
  const sum = new Float32Array(masks[0].length);
  masks.forEach((mask, choice) => {
    for (let i = 0; i < sum.length; i++) sum[i] += mix[choice] * mask[i];
  });
  return sum;
}

/**
 * Effective weight of CompConv, `(sum_k keepMix_k M_k) * (sum_b bitMix_b Q_b(W))`, like `weights`. A weight with a single
 * choice has the mix `[1]`; `score` is undefined where everything is kept.
 */
export function effectiveWeights(
  weights: Float32Array,
  score: Float32Array | undefined,
  bitChoices: readonly number[],
  bitMix: ArrayLike<number>,
  keepChoices: readonly number[],
  keepMix: ArrayLike<number>,
): Float32Array {
  const quantized = mixQuantized(
    bitChoices.map((bits) => quantize(weights, bits)),
    bitMix,
  );
  const mask = mixMasks(keepMasks(weights.length, score, keepChoices), keepMix);
  return quantized.map((value, i) => value * mask[i]);
}
