import type { MixSpec, WeightSpec } from '../../src/training/graph.js';

/** Numbers of either precision: the engines' float32, or float64 where a difference quotient needs it. */
export type Numbers = ArrayLike<number>;

export interface PlainMix {
  readonly gates: Numbers;
  readonly bits: readonly Numbers[];
  readonly keep: readonly Numbers[];
}

export interface PlainWeight {
  readonly effective: number[];
  /** From the gradient of `effective` to those of weights and scores; adds to the rows of the mix gradient. */
  backward(
    gradient: Numbers,
    mixGradient: { readonly bits: readonly Float64Array[]; readonly keep: readonly Float64Array[] },
  ): { weights: Float64Array; score: Float64Array };
}

const STEPS: Readonly<Record<number, number>> = { 1: 1.596, 2: 0.996, 4: 0.336 };

function quantized(weights: number[], bits: number): number[] {
  if (bits === 8) {
    const d = Math.fround(Math.max(...weights.map(Math.abs)) / 127);
    return weights.map((w) => d * Math.min(127, Math.max(-127, Math.round(Math.fround(w / d)))));
  }
  const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
  const variance = weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length;
  const d = Math.fround(Math.sqrt(variance) * STEPS[bits]);
  const limit = 2 ** bits / 2 - 0.5;
  return weights.map((w) => d * Math.min(limit, Math.max(-limit, Math.floor(Math.fround(w / d)) + 0.5)));
}

function mask(scores: number[], keep: number): number[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const kept = new Set(order.slice(0, Math.max(1, Math.round(keep * scores.length))));
  return scores.map((_, i) => (kept.has(i) ? 1 : 0));
}

function rowOf(spec: MixSpec, rows: readonly Numbers[]): Numbers {
  return spec.choices.length === 1 ? [1] : rows[spec.group!];
}

function weighted(parts: number[][], row: Numbers): number[] {
  return parts[0].map((_, i) => parts.reduce((sum, part, choice) => sum + row[choice] * part[i], 0));
}

/** `exact`: every quantizer hands the weight through, so that difference quotients of weights exist. */
export function plainWeight(
  spec: WeightSpec,
  values: Numbers,
  scores: Numbers | undefined,
  mix: PlainMix,
  exact: boolean,
): PlainWeight {
  const weights = Array.from(values);
  const levels = spec.bits.choices.map((bits) => (exact ? weights : quantized(weights, bits)));
  const masks = spec.keep.choices.map((keep) =>
    scores === undefined ? weights.map(() => 1) : mask(Array.from(scores), keep),
  );
  const level = weighted(levels, rowOf(spec.bits, mix.bits));
  const kept = weighted(masks, rowOf(spec.keep, mix.keep));
  return {
    effective: level.map((value, i) => value * kept[i]),
    backward(gradient, mixGradient) {
      for (let i = 0; i < weights.length; i++) {
        levels.forEach((part, choice) => {
          if (levels.length > 1)
            mixGradient.bits[spec.bits.group!][choice] += gradient[i] * kept[i] * part[i];
        });
        masks.forEach((part, choice) => {
          if (masks.length > 1)
            mixGradient.keep[spec.keep.group!][choice] += gradient[i] * level[i] * part[i];
        });
      }
      return {
        weights: Float64Array.from(weights, (_, i) => gradient[i] * kept[i]),
        score: Float64Array.from(weights, (_, i) => gradient[i] * level[i]),
      };
    },
  };
}
