import type { FrontEndSpec } from '../data/dataset.js';
import type { Padding, Pooling, Shape, Size2d } from '../core/geometry.js';

/** Index of the network's int8 input as an edge's source; layers count from 0. */
export const INPUT_SOURCE = -1;

export const MODEL_FORMAT_VERSION = 1;

/**
 * Widths a weight may have. 1, 2 and 4 are the mid-rise CompConv quantizer: odd codes in -(2^b - 1)..2^b - 1, or 0
 * where pruned. 8 is an ordinary int8 code in -127..127 (stem and head).
 */
export type WeightBits = 1 | 2 | 4 | 8;

/** What an edge reads: one or more layers of equal height and width, concatenated along channels in this order. */
export interface EdgeSource {
  /** `[INPUT_SOURCE]` alone, or indexes of earlier layers. */
  readonly layers: readonly number[];
  /** Applied to spikes before the edge; never to the int8 input. */
  readonly pooling?: Pooling | undefined;
}

export interface ConvEdge {
  readonly kind: 'conv';
  readonly source: EdgeSource;
  readonly kernel: Size2d;
  readonly stride: Size2d;
  readonly padding: Padding;
  readonly depthwise: boolean;
  readonly bits: WeightBits;
  /** Dense `[outChannel][kernelY][kernelX][inChannel]`, depthwise `[channel][kernelY][kernelX]`. */
  readonly codes: Int8Array;
  /** `[channels]` of the layer: the current is `multiplier[c] * acc`. */
  readonly multiplier: Int32Array;
}

/** Spikes of a source of the layer's own shape, times `multiplier[c]`, straight into the membrane. */
export interface IdentityEdge {
  readonly kind: 'identity';
  readonly source: EdgeSource;
  readonly multiplier: Int32Array;
}

export type Edge = ConvEdge | IdentityEdge;

/**
 * Population of leaky integrate-and-fire neurons. At each timestep, in exact integers:
 * `I = bias[c] + sum_e multiplier_e[c] * acc_e`; `u = floor(leak * v / 256) + I`; `s = u > threshold[c]`;
 * `v = s ? 0 : u`; `v = 0` before the first timestep.
 */
export interface Layer {
  readonly name: string;
  readonly shape: Shape;
  readonly edges: readonly Edge[];
  /** 0..255, in 256ths. */
  readonly leak: number;
  readonly bias: Int32Array;
  readonly threshold: Int32Array;
}

/** `logit[k] += bias[k] + sum_c codes[k][c] * count[c]` each timestep, `count` = spikes over all positions. */
export interface Head {
  /** Layers, concatenated along channels (their sizes may differ). */
  readonly layers: readonly number[];
  readonly bits: WeightBits;
  /** `[class][channel]`. */
  readonly codes: Int8Array;
  readonly bias: Int32Array;
}

export interface Provenance {
  readonly tool: string;
  readonly command: string;
  readonly datasetName: string;
  readonly datasetHash: string;
  readonly seed: number;
  readonly created: string;
}

/** The integer network that TypeScript, C on the host and the firmware evaluate with the same bits. */
export interface IntegerModel {
  readonly name: string;
  readonly input: Shape;
  readonly frontEnd: FrontEndSpec;
  readonly timesteps: number;
  readonly classes: readonly string[];
  readonly layers: readonly Layer[];
  readonly head: Head;
  readonly provenance: Provenance;
}
