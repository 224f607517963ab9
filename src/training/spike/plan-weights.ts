import type { MixSpec, WeightSpec } from '../graph.js';
import { keepsEverything } from '../shapes.js';
import type { Arena } from './arena.js';
import { descriptors } from './descriptors.js';
import type { PlannedTensors } from './plan-tensors.js';

/** Digits of the radix selection in assembly/keep.ts. */
const HISTOGRAM_BINS = 2048;

/** Addresses of a row of the mix and of the gradients that each tensor has for it. */
export interface PlannedMix {
  readonly group: number;
  readonly choices: number;
  /** f64 `[choices]`. */
  readonly gradients: number;
}

export interface PlannedWeights {
  readonly address: number;
  readonly count: number;
  readonly bits: PlannedMix | undefined;
  readonly keep: PlannedMix | undefined;
}

/** Where the mix lives: f32 rows, and a row `[1]` for what is fixed. */
export interface MixAddresses {
  readonly one: number;
  readonly bits: readonly number[];
  readonly keep: readonly number[];
}

export interface WeightLayout {
  /** Descriptor of the edge, or 0 for the head. */
  readonly edge: number;
  /** Output channels. */
  readonly outputs: number;
  /** Effective weights in the parameter's layout. */
  readonly effective: number;
  readonly gradientParts: number;
  readonly gradientPartStride: number;
  readonly parts: number;
}

function plannedMix(spec: MixSpec, gradients: number): PlannedMix | undefined {
  if (spec.choices.length === 1 || spec.group === undefined) return undefined;
  return { group: spec.group, choices: spec.choices.length, gradients };
}

function rowOf(spec: MixSpec, rows: readonly number[], one: number): number {
  return spec.choices.length === 1 || spec.group === undefined ? one : rows[spec.group];
}

/** Kept weights of a fraction, as `keepMask` of ../quantizer.ts counts them. */
function keptOf(count: number, keep: number): number {
  return Math.min(count, Math.max(1, Math.round(keep * count)));
}

/** Choices by rising fraction: their kept counts, and each one's place in the mix. */
function keepOrder(count: number, choices: readonly number[]): { counts: number[]; order: number[] } {
  const order = choices.map((_, i) => i).sort((a, b) => choices[a] - choices[b]);
  return { counts: order.map((i) => keptOf(count, choices[i])), order };
}

/** `prefix`: of the parameter names, such as `p0.e1` or `head`. */
export function planWeights(
  arena: Arena,
  tensors: PlannedTensors,
  prefix: string,
  spec: WeightSpec,
  mix: MixAddresses,
  layout: WeightLayout,
): PlannedWeights {
  const values = tensors.parameter(`${prefix}.w`);
  const scored = !keepsEverything(spec);
  const bits = spec.bits.choices.length;
  const keep = spec.keep.choices.length;
  const { counts, order } = keepOrder(values.length, spec.keep.choices);
  const bitGradients = arena.float64(bits);
  const keepGradients = arena.float64(keep);
  const { edge, effective, gradientParts, gradientPartStride, parts } = layout;
  const address = arena.placeDescriptor(descriptors.weights, {
    ...{ edge, effective, gradientParts, gradientPartStride, parts },
    count: values.length,
    values: values.address,
    score: scored ? tensors.parameter(`${prefix}.score`).address : 0,
    gradient: tensors.gradient(`${prefix}.w`).address,
    scoreGradient: scored ? tensors.gradient(`${prefix}.score`).address : 0,
    bitChoices: bits,
    bits: arena.place(Uint32Array.from(spec.bits.choices)),
    bitMix: rowOf(spec.bits, mix.bits, mix.one),
    steps: arena.float32(bits),
    bitGradients,
    keepChoices: keep,
    keepCounts: arena.place(Uint32Array.from(counts)),
    keepOrder: arena.place(Uint32Array.from(order)),
    keepMix: rowOf(spec.keep, mix.keep, mix.one),
    keepGradients,
    levels: scored ? arena.reserve(values.length) : 0,
    histogram: scored ? arena.reserve(4 * HISTOGRAM_BINS) : 0,
    levelMasks: arena.float32(keep + 1),
    levelGradients: arena.float64(keep + 1),
    thresholds: arena.reserve(2 * 4 * keep),
    rows: spec.perChannel === true ? layout.outputs : 0,
  });
  return {
    address,
    count: values.length,
    bits: plannedMix(spec.bits, bitGradients),
    keep: plannedMix(spec.keep, keepGradients),
  };
}
