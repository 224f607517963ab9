import type { Along, Augment, AugmentSpec } from './spec.js';

const STILL: Along = { rows: 0, columns: 0 };

/** Where an output position reads: `from[i]` and, weighed by `weight[i]`, the position after it. */
interface Axis {
  readonly from: Int32Array;
  readonly next: Int32Array;
  readonly weight: Float32Array;
}

/** Shift, mirror and stretch in one pass with linear interpolation; positions outside repeat the edge. */
export function moveOf({ shift = 0, flip = false, stretch = STILL }: AugmentSpec): Augment | undefined {
  const farthest = typeof shift === 'number' ? { rows: shift, columns: shift } : shift;
  const still = farthest.rows === 0 && farthest.columns === 0 && stretch.rows === 0 && stretch.columns === 0;
  if (still && !flip) return undefined;
  return (sample, shape, random) => {
    const draw = (length: number, most: number, stretched: number): Axis => {
      const distance = length === 1 || most === 0 ? 0 : random.integer(-most, most);
      const factor = stretched === 0 ? 1 : 1 + stretched * (2 * random.uniform() - 1);
      const centre = stretched === 0 ? 0 : random.uniform() * (length - 1);
      return axisOf(length, (i) => centre + (i - distance - centre) * factor);
    };
    const rows = draw(shape.height, farthest.rows, stretch.rows);
    const columns = draw(shape.width, farthest.columns, stretch.columns);
    const mirrored = flip && random.uniform() < 0.5;
    resample(sample, shape.channels, rows, mirrored ? mirror(columns) : columns);
  };
}

function axisOf(length: number, source: (i: number) => number): Axis {
  const axis = {
    from: new Int32Array(length),
    next: new Int32Array(length),
    weight: new Float32Array(length),
  };
  for (let i = 0; i < length; i++) {
    const at = Math.max(0, Math.min(length - 1, source(i)));
    axis.from[i] = Math.floor(at);
    axis.next[i] = Math.min(length - 1, axis.from[i] + 1);
    axis.weight[i] = at - axis.from[i];
  }
  return axis;
}

function mirror({ from, next, weight }: Axis): Axis {
  return {
    from: from.slice().reverse(),
    next: next.slice().reverse(),
    weight: weight.slice().reverse(),
  };
}

function resample(sample: Int8Array, channels: number, rows: Axis, columns: Axis): void {
  const original = sample.slice();
  const width = columns.from.length;
  let to = 0;
  for (let y = 0; y < rows.from.length; y++) {
    const above = rows.from[y] * width;
    const below = rows.next[y] * width;
    const down = rows.weight[y];
    for (let x = 0; x < width; x++) {
      const right = columns.weight[x];
      for (let c = 0; c < channels; c++, to++) {
        const left = columns.from[x] * channels + c;
        const beside = columns.next[x] * channels + c;
        const upper = lerp(original[above * channels + left], original[above * channels + beside], right);
        const lower = lerp(original[below * channels + left], original[below * channels + beside], right);
        sample[to] = Math.round(lerp(upper, lower, down));
      }
    }
  }
}

function lerp(a: number, b: number, weight: number): number {
  return a + (b - a) * weight;
}
