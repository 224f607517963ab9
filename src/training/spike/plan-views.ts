import type { Shape } from '../../core/geometry.js';
import type { Arena } from './arena.js';
import { descriptors } from './descriptors.js';

const LANES = 4;

/** Channels as they are stored: a multiple of the vector's lanes. */
export function paddedChannels(channels: number): number {
  return Math.ceil(channels / LANES) * LANES;
}

/** What the whole network shares. */
export interface Extent {
  readonly timesteps: number;
  readonly batch: number;
  /** Number of parts of the batch. */
  readonly parts: number;
}

/** Spikes of a population, perhaps pooled, with their gradient. */
export interface PlannedView {
  readonly address: number;
  readonly shape: Shape;
  /** Where the event list of each image starts, see `View.offsets` in assembly/structs.ts. */
  readonly offsets: number;
}

/** A vector of event indexes is stored whole, though only its first lanes may count. */
const EVENT_SLACK_BYTES = 16;

/** `gradient`: where dL/dspike is kept; `valued`: activations are more than 0 and 1. */
export function planView(
  arena: Arena,
  { timesteps, batch }: Extent,
  shape: Shape,
  gradient: number,
  valued: boolean,
): PlannedView {
  const images = timesteps * batch;
  const positions = shape.height * shape.width;
  const channels = paddedChannels(shape.channels);
  const size = positions * channels;
  const eventStride = 4 * positions * shape.channels + EVENT_SLACK_BYTES;
  const offsets = arena.reserve(4 * images * (positions + 1));
  const address = arena.placeDescriptor(descriptors.view, {
    height: shape.height,
    width: shape.width,
    channels,
    flags: arena.reserve(images * size),
    events: arena.reserve(images * eventStride),
    eventStride,
    offsets,
    gradient,
    values: valued ? arena.float32(images * size) : 0,
  });
  return { address, shape, offsets };
}

/** Table for `Population.compaction`: for each 4-bit mask the byte shuffle that moves its lanes of 32 bits to the front. */
export function compactionTable(): Uint8Array {
  const table = new Uint8Array(16 * 16);
  for (let mask = 0; mask < 16; mask++) {
    const kept = [0, 1, 2, 3].filter((lane) => (mask >> lane) & 1);
    kept.forEach((lane, to) => {
      for (let byte = 0; byte < 4; byte++) table[16 * mask + 4 * to + byte] = 4 * lane + byte;
    });
  }
  return table;
}
