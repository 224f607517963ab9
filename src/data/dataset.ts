import type { Shape } from '../core/geometry.js';

/**
 * How raw recordings became the int8 input of the network; a plain JSON value that travels in the model file, so that
 * a device (or another host) can do the same. `kind` names the front-end, the rest are its integer parameters.
 */
export interface FrontEndSpec {
  readonly kind: string;
  readonly [parameter: string]: unknown;
}

/** Samples of one split. */
export interface Split {
  readonly count: number;
  /** `[count][height][width][channels]`. */
  readonly inputs: Int8Array;
  /** Class index of each sample. */
  readonly labels: Uint16Array;
  /**
   * Group of each sample (speaker or recording; samples of one group never stand on both sides of a split), or the
   * sample's own index where names tell no group.
   */
  readonly groups: Int32Array;
}

/**
 * A labelled data set after its front-end. `test` is never seen by search or training: they take a
 * {@link LearningSplits}, which has no such field.
 */
export interface Dataset extends LearningSplits {
  readonly test: Split;
}

export interface LearningSplits {
  readonly name: string;
  readonly classes: readonly string[];
  readonly shape: Shape;
  readonly frontEnd: FrontEndSpec;
  readonly train: Split;
  readonly validation: Split;
  /** SHA-256 over shape, classes, front-end and all samples of all splits. */
  readonly hash: string;
}
