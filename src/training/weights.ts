import type { Mix } from './engine.js';
import type { MixSpec, WeightSpec } from './graph.js';
import { keepMasks, mixMasks, mixQuantized, quantize, quantizeRows, type Quantized } from './quantizer.js';

const FIXED = new Float32Array([1]);

/** The effective weight of one tensor in one step, with all that its gradient needs. */
export interface ComposedWeight {
  readonly spec: WeightSpec;
  readonly effective: Float32Array;
  /** One a choice of bits; none where channels have their own scales, since there is no choice then. */
  readonly quantized: readonly Quantized[];
  /** `sum_b bits_b Q_b(W)`. */
  readonly quantizedMix: Float32Array;
  readonly masks: readonly Uint8Array[];
  /** `sum_k keep_k M_k`. */
  readonly maskMix: Float32Array;
}

function mixOf(spec: MixSpec, rows: readonly Float32Array[]): Float32Array {
  return spec.choices.length === 1 || spec.group === undefined ? FIXED : rows[spec.group];
}

/** `outputs`: output channels, the rows of the tensor. */
export function composeWeight(
  spec: WeightSpec,
  weights: Float32Array,
  score: Float32Array | undefined,
  mix: Mix,
  outputs: number,
): ComposedWeight {
  const byRow = spec.perChannel === true;
  const quantized = byRow ? [] : spec.bits.choices.map((bits) => quantize(weights, bits));
  const quantizedMix = byRow
    ? quantizeRows(weights, outputs)
    : mixQuantized(quantized, mixOf(spec.bits, mix.bits));
  const masks = keepMasks(weights.length, score, spec.keep.choices);
  const maskMix = mixMasks(masks, mixOf(spec.keep, mix.keep));
  const effective = quantizedMix.map((value, i) => value * maskMix[i]);
  return { spec, effective, quantized, quantizedMix, masks, maskMix };
}

/** Adds `sum(values * factor(choice))` of every choice to the group's row; a fixed choice has no gradient. */
function addChoiceGradients(
  spec: MixSpec,
  rows: readonly Float32Array[],
  values: Float32Array,
  factor: (choice: number) => { readonly codes: ArrayLike<number>; readonly scale: number },
): void {
  if (spec.choices.length === 1 || spec.group === undefined) return;
  const row = rows[spec.group];
  for (let choice = 0; choice < spec.choices.length; choice++) {
    const { codes, scale } = factor(choice);
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] * codes[i];
    row[choice] += sum * scale;
  }
}

/**
 * Straight-through gradients from that of the effective weight: `dL/dW = dL/dWeff * M`, `dL/dscore = dL/dWeff * sum_b bits_b Q_b(W)`
 * are written; those of the mix are added to, since many weights may share a row.
 */
export function backpropagateWeight(
  composed: ComposedWeight,
  effectiveGradient: Float32Array,
  weightGradient: Float32Array,
  scoreGradient: Float32Array | undefined,
  mixGradient: Mix,
): void {
  const { spec, quantizedMix, maskMix, quantized, masks } = composed;
  const kept = weightGradient;
  const quantizedGradient = scoreGradient ?? new Float32Array(effectiveGradient.length);
  for (let i = 0; i < effectiveGradient.length; i++) {
    kept[i] = effectiveGradient[i] * maskMix[i];
    quantizedGradient[i] = effectiveGradient[i] * quantizedMix[i];
  }
  addChoiceGradients(spec.bits, mixGradient.bits, kept, (choice) => quantized[choice]);
  addChoiceGradients(spec.keep, mixGradient.keep, quantizedGradient, (choice) => ({
    codes: masks[choice],
    scale: 1,
  }));
}
