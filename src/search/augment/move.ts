import type { Shape } from '../core/geometry.js';
import type { Random } from '../core/random.js';

/** Light changes that keep the class, as plain data (it is part of a checkpoint's fingerprint). */
export interface AugmentSpec {
  /** Largest shift along each dimension longer than one; the edge is repeated into the gap. */
  readonly shift?: number | undefined;
  /** Mirrors left and right in half of the samples: for images of things, never for text or spectra. */
  readonly flip?: boolean | undefined;
}

/** Changes one sample `[height][width][channels]` in place; draws everything random from `random`. */
export type Augment = (sample: Int8Array, shape: Shape, random: Random) => void;

export function augmentOf(spec: AugmentSpec | undefined): Augment | undefined {
  if (spec === undefined) return undefined;
  const { shift = 0, flip = false } = spec;
  return (sample, shape, random) => {
    const rows = shape.height === 1 ? 0 : random.integer(-shift, shift);
    const columns = random.integer(-shift, shift);
    const mirrored = flip && random.uniform() < 0.5;
    if (rows !== 0 || columns !== 0 || mirrored) move(sample, shape, rows, columns, mirrored);
  };
}

function move(sample: Int8Array, shape: Shape, rows: number, columns: number, mirrored: boolean): void {
  const { height, width, channels } = shape;
  const original = sample.slice();
  const clamp = (value: number, length: number): number => Math.max(0, Math.min(length - 1, value));
  for (let y = 0; y < height; y++) {
    const fromRow = clamp(y - rows, height);
    for (let x = 0; x < width; x++) {
      const shifted = clamp(x - columns, width);
      const from = (fromRow * width + (mirrored ? width - 1 - shifted : shifted)) * channels;
      sample.set(original.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
}
