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
  /** A scale for each output channel instead of one for the tensor; only with 8 bits alone and nothing pruned. */
  readonly perChannel?: boolean | undefined;
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

/**
 * What a population makes of its current.
 *
 * - `spiking`: leaky integrate-and-fire, see `NeuronSpec`.
 * - `binary`: `s = u > threshold` without a membrane, for one timestep; the derivative is 1 on 0 < u < 2 * threshold, else 0
 *   (straight through a window, as binary networks are trained).
 * - `relu8`: an artificial neuron of 8 bits, for one timestep: `a = round(min(max(u, 0), RELU8_CLIP) / step) * step` with
 *   `step = RELU8_CLIP / 255`; the derivative is 1 on 0 < u < RELU8_CLIP, else 0. Pooling 'or' is the maximum over the window;
 *   rates are fractions of activations that are not 0, and have no gradient. Convolutions between populations are dense ones.
 */
export type Activation = 'spiking' | 'binary' | 'relu8';

/** Largest activation of `relu8`, as in the ReLU6 of MobileNets. */
export const RELU8_CLIP = 6;

/** Levels of `relu8` above 0. */
export const RELU8_LEVELS = 255;

/** A trainable network: a supernet (gates, several choices) or a decoded one (none). */
export interface TrainingGraph {
  readonly input: Shape;
  readonly timesteps: number;
  readonly neuron: NeuronSpec;
  /** 'spiking' by default. */
  readonly activation?: Activation | undefined;
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

/** So flat is the surrogate of this sharpness that it is 1 in its whole window, to seven digits. */
const STRAIGHT_THROUGH_SHARPNESS = 1e-3;

/** The neurons that the kernels compute: a binary one is a spiking one that remembers nothing. */
export function neuronOf({ neuron, activation }: TrainingGraph): NeuronSpec {
  return activation === 'binary'
    ? { decay: 0, threshold: neuron.threshold, sharpness: STRAIGHT_THROUGH_SHARPNESS }
    : neuron;
}

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
