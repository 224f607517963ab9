import { Weights } from './structs';

/**
 * The learned pruning mask. The kept fractions are nested (a weight that a small fraction keeps is kept by every larger one), so a
 * weight's mask is one number: the first of the rising counts that keeps it. Counts are found by radix selection, not sorting.
 */

const RADIX: i32 = 11;
const BINS: i32 = 1 << RADIX;

/** Unsigned key in the order of the scores; both zeros are equal. */
@inline
function keyOf(score: f32): u32 {
  const bits = reinterpret<u32>(score + 0);
  return bits & 0x80000000 ? ~bits : bits | 0x80000000;
}

/** Narrows `prefix` by one digit: finds the digit of the `rank`-th largest key among those that share the prefix; returns the rank left. */
function selectDigit(weights: Weights, prefix: u32, fixedBits: i32, digitBits: i32, rank: i32, found: usize): i32 {
  const histogram = weights.histogram;
  memory.fill(histogram, 0, <usize>BINS * 4);
  const shift = 32 - fixedBits - digitBits;
  const digits: u32 = (1 << digitBits) - 1;
  for (let i = 0; i < weights.count; i++) {
    const key = keyOf(load<f32>(weights.score + <usize>i * 4));
    // A shift by 32 is a shift by 0, so no prefix at all is its own case.
    if (fixedBits > 0 && key >>> (32 - fixedBits) != prefix) continue;
    const bin = histogram + <usize>((key >>> shift) & digits) * 4;
    store<u32>(bin, load<u32>(bin) + 1);
  }
  let digit = <i32>digits;
  for (; digit > 0; digit--) {
    const inside = load<i32>(histogram + <usize>digit * 4);
    if (rank <= inside) break;
    rank -= inside;
  }
  store<u32>(found, (prefix << digitBits) | <u32>digit);
  return rank;
}

/** Writes `levels`: the first count that keeps each weight, `keepChoices` where none does. */
export function findLevels(weights: Weights): void {
  const choices = weights.keepChoices;
  const equalsLeft = weights.thresholds + <usize>choices * 4;
  for (let choice = 0; choice < choices; choice++) {
    const at = <usize>choice * 4;
    const threshold = weights.thresholds + at;
    let rank = load<i32>(weights.keepCounts + at);
    if (rank >= weights.count) {
      // No number's key is 0: every weight is above this threshold.
      store<u32>(threshold, 0);
      store<i32>(equalsLeft + at, 0);
      continue;
    }
    rank = selectDigit(weights, 0, 0, RADIX, rank, threshold);
    rank = selectDigit(weights, load<u32>(threshold), RADIX, RADIX, rank, threshold);
    rank = selectDigit(weights, load<u32>(threshold), 2 * RADIX, 32 - 2 * RADIX, rank, threshold);
    store<i32>(equalsLeft + at, rank);
  }
  for (let i = 0; i < weights.count; i++) {
    const key = keyOf(load<f32>(weights.score + <usize>i * 4));
    let level = choices;
    for (let choice = choices - 1; choice >= 0; choice--) {
      const at = <usize>choice * 4;
      const threshold = load<u32>(weights.thresholds + at);
      if (key < threshold) break;
      if (key == threshold) {
        const left = load<i32>(equalsLeft + at);
        if (left == 0) break;
        store<i32>(equalsLeft + at, left - 1);
      }
      level = choice;
    }
    store<u8>(weights.levels + <usize>i, <u8>level);
  }
}

/** Mask value of each level: the mix of all fractions that keep it. */
export function findLevelMasks(weights: Weights): void {
  let mask: f32 = 0;
  store<f32>(weights.levelMasks + <usize>weights.keepChoices * 4, 0);
  for (let level = weights.keepChoices - 1; level >= 0; level--) {
    const order = load<i32>(weights.keepOrder + <usize>level * 4);
    mask += load<f32>(weights.keepMix + <usize>order * 4);
    store<f32>(weights.levelMasks + <usize>level * 4, mask);
  }
}

/** Gradient of the mix of the fractions from that of the levels. */
export function finishKeepGradients(weights: Weights): void {
  let sum: f64 = 0;
  for (let level = 0; level < weights.keepChoices; level++) {
    sum += load<f64>(weights.levelGradients + <usize>level * 8);
    const order = load<i32>(weights.keepOrder + <usize>level * 4);
    store<f64>(weights.keepGradients + <usize>order * 8, sum);
  }
}
