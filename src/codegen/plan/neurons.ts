import type { ChannelRange } from '../../model/interval.js';
import type { Layer } from '../../model/types.js';

/** Channels whose neurons of 32 bits run together (litesnn_neurons.c). */
export const EIGHT = 8;

/** Membranes up to this, and thresholds clamped to what they can be, have differences of 32 bits. */
const FARTHEST = 2 ** 30 - 1;

export function differencesFit(membrane: ChannelRange): boolean {
  return membrane.min >= -FARTHEST && membrane.max <= FARTHEST;
}

/** Channels of a layer in whole eights. */
export function wholeEights(layer: Layer): number {
  return Math.ceil(layer.shape.channels / EIGHT) * EIGHT;
}

/** Groups of 32 channels, the last one of 16 or 32: what tables of wide layers are read in. */
export function wholeGroups(layer: Layer): number {
  return Math.ceil(layer.shape.channels / 16) * 16;
}
