import type { Shape } from '../../core/geometry.js';
import type { Random } from '../../core/random.js';
import type { Augment, AugmentSpec } from './spec.js';

interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Bands of rows and columns, and a square, are covered with the sample's mean. */
export function coverOf({ mask, cutout = 0 }: AugmentSpec): Augment | undefined {
  if (mask === undefined && cutout === 0) return undefined;
  return (sample, shape, random) => {
    const mean = Math.round(sample.reduce((sum, value) => sum + value, 0) / sample.length);
    const { height, width } = shape;
    if (mask !== undefined) {
      for (let i = 0; i < mask.count.rows; i++) {
        const [top, length] = band(height, mask.widest.rows, random);
        fill(sample, shape, { top, left: 0, height: length, width }, mean);
      }
      for (let i = 0; i < mask.count.columns; i++) {
        const [left, length] = band(width, mask.widest.columns, random);
        fill(sample, shape, { top: 0, left, height, width: length }, mean);
      }
    }
    if (cutout > 0) {
      // The square may hang over the edge, so that edges are covered as often as the middle.
      const top = random.integer(1 - cutout, height - 1);
      const left = random.integer(1 - cutout, width - 1);
      fill(sample, shape, { top, left, height: cutout, width: cutout }, mean);
    }
  };
}

function band(length: number, widest: number, random: Random): [start: number, length: number] {
  const chosen = random.integer(0, Math.min(widest, length));
  return [random.integer(0, length - chosen), chosen];
}

function fill(sample: Int8Array, shape: Shape, { top, left, height, width }: Rectangle, value: number): void {
  const { channels } = shape;
  const from = Math.max(0, left) * channels;
  const to = Math.min(shape.width, left + width) * channels;
  for (let y = Math.max(0, top); y < Math.min(shape.height, top + height); y++) {
    const row = y * shape.width * channels;
    sample.fill(value, row + from, row + to);
  }
}
