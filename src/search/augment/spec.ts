import type { Shape } from '../../core/geometry.js';
import type { Random } from '../../core/random.js';

/** A number for each of the two dimensions of a sample: rows (time in spectra) and columns (frequency; time in signals). */
export interface Along {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Changes that keep the class, as plain data (it is part of a checkpoint's fingerprint). They act on what the front-end gives:
 * int8 values, so a sound that is k times as loud is an offset in a logarithmic spectrum, and a factor in a raw signal.
 */
export interface AugmentSpec {
  /** Largest shift in whole positions along each dimension longer than one; the edge is repeated into the gap. */
  readonly shift?: number | Along | undefined;
  /** Mirrors left and right in half of the samples: for images of things, never for text or spectra. */
  readonly flip?: boolean | undefined;
  /**
   * Largest relative stretching or squeezing along each dimension, about a random centre: speaking rate along the rows of a spectrum, the
   * length of the vocal tract along its columns (Jaitly and Hinton 2013), the speed of a machine along a signal, the distance of a thing.
   */
  readonly stretch?: Along | undefined;
  /** Largest offset, added to the whole sample. */
  readonly offset?: number | undefined;
  /** Largest relative change of the amplitude, in [0, 1). */
  readonly amplitude?: number | undefined;
  /** Largest standard deviation of Gaussian noise. */
  readonly noise?: number | undefined;
  /** A training sample of a class of mere noise is laid over the sample. */
  readonly background?: BackgroundSpec | undefined;
  /** Bands of whole rows or columns are set to the sample's mean (SpecAugment, Park et al. 2019). */
  readonly mask?: MaskSpec | undefined;
  /** Side of a square set to the sample's mean, at a random place (DeVries and Taylor 2017). */
  readonly cutout?: number | undefined;
}

export interface MaskSpec {
  /** Widest band along each dimension; 0: none. */
  readonly widest: Along;
  /** Bands along each dimension. */
  readonly count: Along;
}

export interface BackgroundSpec {
  /** Class whose training samples are noise. */
  readonly label: number;
  /** Share of the samples that get a background. */
  readonly share: number;
  /** The background is lowered by a random number up to this. */
  readonly lowered: number;
}

/** Changes one sample `[height][width][channels]` in place; draws everything random from `random`. */
export type Augment = (sample: Int8Array, shape: Shape, random: Random) => void;

export function clampInt8(value: number): number {
  return value < -128 ? -128 : value > 127 ? 127 : value;
}
