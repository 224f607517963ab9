import type { ConvGeometry, Pooling, Shape } from '../core/geometry.js';

/** The network's int8 input as a source; populations count from 0. */
export const INPUT_POPULATION = -1;

/**
 * A value chosen from a list. With one choice it is fixed; with several, `group` names the row of the mix that weighs
 * them (softmax of a learned row; many weights may share a row).
 */
export interface MixSpec {
  readonly choices: readonly number[];
  readonly group?: number | undefined;
}

/**
 * CompConv weight (LitE-SNN, section 3): one shared float tensor W, effective weight
 * `M * sum_b bits_b Q_b(W)` with `M = sum_k keep_k M_k`, M_k keeping the fraction k of weights with the largest score.
 */
export interface WeightSpec {
  readonly bits: MixSpec;
  /** Fractions in (0, 1]. */
  readonly keep: MixSpec;
}

/**
 * What an edge reads. Pooling 'or' is the maximum over the window; its gradient goes to the first element (row by row) that equals
 * the maximum, so to the first one of a silent window. 'nearest' hands value and gradient to the window's first element.
 */
export interface SourceSpec {
  /** `[INPUT_POPULATION]` alone, or earlier populations of equal height and width, concatenated along channels. */
  readonly populations: readonly number[];
  readonly pooling?: Pooling | undefined;
}

export interface ConvEdgeSpec extends ConvGeometry {
  readonly kind: 'conv';
  readonly source: SourceSpec;
  readonly depthwise: boolean;
  readonly weight: WeightSpec;
  /** Index into the mix's gates; the edge's current is multiplied by it. Absent: 1. */
  readonly gate?: number | undefined;
}

export interface IdentityEdgeSpec {
  readonly kind: 'identity';
  readonly source: SourceSpec;
  readonly gate?: number | undefined;
}

export type EdgeSpec = ConvEdgeSpec | IdentityEdgeSpec;

/**
 * Leaky integrate-and-fire neurons `[height][width][channels]`. The current is the sum over the edges of
 * `gate * batchNorm(conv(source))` or `gate * gain[c] * source`.
 */
export interface PopulationSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly edges: readonly EdgeSpec[];
}

/** Mean spikes over positions, then linear: `logit[t] = W q(mean spikes of t) + b`. */
export interface HeadSpec {
  readonly populations: readonly number[];
  readonly classes: number;
  readonly weight: WeightSpec;
}

/** A trainable network: a supernet (gates, several choices) or a decoded one (none). */
export interface TrainingGraph {
  readonly input: Shape;
  readonly timesteps: number;
  readonly neuron: NeuronSpec;
  readonly populations: readonly PopulationSpec[];
  readonly head: HeadSpec;
  readonly gates: number;
  /** Number of choices of each bits group and keep group. */
  readonly bitGroups: readonly number[];
  readonly keepGroups: readonly number[];
}

/**
 * `u = decay * v + I; s = u > threshold; v = u * (1 - s)`, v = 0 before the first timestep. Surrogate ds/du of LitE-SNN with
 * sharpness b: `(1 - tanh^2(b (u - threshold))) * b / (2 tanh(b / 2))` on 0 < u < 2 * threshold, else 0; the gradient also flows
 * through the reset (`dv/du = 1 - s`, `dv/ds = -u`).
 */
export interface NeuronSpec {
  readonly decay: number;
  readonly threshold: number;
  readonly sharpness: number;
}

/** LitE-SNN, section 4: threshold 0.5, decay 0.2 (here exactly 51/256, as the device computes it), b = 3. */
export const LITESNN_NEURON: NeuronSpec = { decay: 51 / 256, threshold: 0.5, sharpness: 3 };

/**
 * Names and sizes of the parameters of a graph:
 * `p<i>.e<j>.w` dense `[outChannel][kernelY][kernelX][inChannel]` or depthwise `[channel][kernelY][kernelX]`;
 * `p<i>.e<j>.score` like `w`, only where keep is not fixed at 1; `p<i>.e<j>.gamma`, `.beta`, `.mean`, `.variance` `[outChannel]`
 * (batch normalization; mean and variance are running statistics); `p<i>.e<j>.gain` `[channel]` (identity);
 * `head.w` `[class][channel]`, `head.score` likewise, `head.b` `[class]`.
 */
export type ParameterName = string;

export function edgeParameter(population: number, edge: number, name: string): ParameterName {
  return `p${population}.e${edge}.${name}`;
}
