import { Weights } from './structs';

/** The quantizers of ../../quantizer.ts, in the same float32 operations: the codes are the same bit for bit. */

const SMALLEST_MAGNITUDE: f64 = 1e-6;
const SMALLEST_RELATIVE_SPREAD: f64 = 1e-6;

export function largestMagnitude(values: usize, count: i32): f32 {
  let largest: f32 = 0;
  for (let i = 0; i < count; i++) largest = max(largest, abs(load<f32>(values + <usize>i * 4)));
  return largest;
}

/** Population standard deviation; the largest magnitude where the values are all the same. */
function spreadOf(values: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += <f64>load<f32>(values + <usize>i * 4);
  const mean = sum / <f64>count;
  let squares: f64 = 0;
  for (let i = 0; i < count; i++) {
    const difference = <f64>load<f32>(values + <usize>i * 4) - mean;
    squares += difference * difference;
  }
  const magnitude = <f64>largestMagnitude(values, count);
  if (magnitude < SMALLEST_MAGNITUDE) return SMALLEST_MAGNITUDE;
  const deviation = Math.sqrt(squares / <f64>count);
  return deviation > SMALLEST_RELATIVE_SPREAD * magnitude ? deviation : magnitude;
}

@inline
function gaussianStep(bits: i32): f64 {
  return bits == 1 ? 1.596 : bits == 2 ? 0.996 : 0.336;
}

/** Step of 8 bits. */
export function int8Step(values: usize, count: i32): f32 {
  return <f32>(max(<f64>largestMagnitude(values, count), SMALLEST_MAGNITUDE) / 127);
}

/** Finds the step d of each of the tensor's widths. */
export function findSteps(weights: Weights): void {
  let spread: f64 = -1;
  for (let choice = 0; choice < weights.bitChoices; choice++) {
    const bits = load<i32>(weights.bits + <usize>choice * 4);
    let step: f32;
    if (bits == 8) {
      step = int8Step(weights.values, weights.count);
    } else {
      if (spread < 0) spread = spreadOf(weights.values, weights.count);
      step = <f32>(spread * gaussianStep(bits));
    }
    store<f32>(weights.steps + <usize>choice * 4, step);
  }
}

/** Quantized values of four weights. */
@inline
export function quantize4(w: v128, bits: i32, step: f32): v128 {
  const d = f32x4.splat(step);
  const ratio = f32x4.div(w, d);
  if (bits == 8) {
    const below = f32x4.floor(ratio);
    // Halves upwards, as Math.round; floor(ratio + 0.5) would round 0.49999997 up.
    const up = f32x4.ge(f32x4.sub(ratio, below), f32x4.splat(0.5));
    const code = f32x4.add(below, v128.and(up, f32x4.splat(1)));
    return f32x4.mul(f32x4.max(f32x4.min(code, f32x4.splat(127)), f32x4.splat(-127)), d);
  }
  const largest = f32x4.splat(<f32>(1 << (bits - 1)) - 0.5);
  const level = f32x4.add(f32x4.floor(ratio), f32x4.splat(0.5));
  return f32x4.mul(f32x4.max(f32x4.min(level, largest), f32x4.neg(largest)), d);
}

/** Sum of the quantized values of four weights over the widths, weighed by their mix. */
@inline
export function mixedQuantization4(weights: Weights, w: v128): v128 {
  let sum = f32x4.splat(0);
  for (let choice = 0; choice < weights.bitChoices; choice++) {
    const at = <usize>choice * 4;
    const value = quantize4(w, load<i32>(weights.bits + at), load<f32>(weights.steps + at));
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(weights.bitMix + at), value));
  }
  return sum;
}
