import { pooledSize, type Shape } from '../../src/core/geometry.js';
import type { ConvEdgeSpec, SourceSpec } from '../../src/training/graph.js';

/** `[batch][height][width][channels]` in float64; the batch runs over samples of timestep 0, then of timestep 1, and so on. */
export interface Maps {
  readonly shape: Shape;
  readonly batch: number;
  readonly values: Float64Array;
}

export function emptyMaps(batch: number, shape: Shape): Maps {
  return { shape, batch, values: new Float64Array(batch * shape.height * shape.width * shape.channels) };
}

export function at({ shape }: Maps, n: number, y: number, x: number, c: number): number {
  return ((n * shape.height + y) * shape.width + x) * shape.channels + c;
}

/** Values that an edge reads, and for each the part and the element in it that it was copied from. */
export interface Gathered {
  readonly maps: Maps;
  readonly part: Int32Array;
  readonly element: Int32Array;
}

function windowChoice(from: Maps, spec: SourceSpec, n: number, y: number, x: number, c: number): number {
  const { kind, height, width } = spec.pooling ?? { kind: 'nearest', height: 1, width: 1 };
  let best = at(from, n, y * height, x * width, c);
  if (kind === 'nearest') return best;
  for (let dy = 0; dy < height; dy++) {
    for (let dx = 0; dx < width; dx++) {
      const candidate = at(from, n, y * height + dy, x * width + dx, c);
      if (from.values[candidate] > from.values[best]) best = candidate;
    }
  }
  return best;
}

/** Concatenation along channels and pooling. */
export function gather(spec: SourceSpec, parts: readonly Maps[]): Gathered {
  const size = pooledSize(parts[0].shape, spec.pooling);
  const channels = parts.reduce((sum, part) => sum + part.shape.channels, 0);
  const maps = emptyMaps(parts[0].batch, { ...size, channels });
  const part = new Int32Array(maps.values.length);
  const element = new Int32Array(maps.values.length);
  let offset = 0;
  parts.forEach((from, p) => {
    for (let n = 0; n < maps.batch; n++) {
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          for (let c = 0; c < from.shape.channels; c++) {
            const to = at(maps, n, y, x, offset + c);
            part[to] = p;
            element[to] = windowChoice(from, spec, n, y, x, c);
            maps.values[to] = from.values[element[to]];
          }
        }
      }
    }
    offset += from.shape.channels;
  });
  return { maps, part, element };
}

/** Calls back with output, input and weight index of every product of the convolution. */
function forEachProduct(
  edge: ConvEdgeSpec,
  input: Maps,
  output: Maps,
  visit: (output: number, input: number, weight: number) => void,
): void {
  const { kernel, stride, padding, depthwise } = edge;
  const { height, width, channels } = output.shape;
  for (let n = 0; n < output.batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          for (let ky = 0; ky < kernel.height; ky++) {
            for (let kx = 0; kx < kernel.width; kx++) {
              const row = y * stride.height + ky - padding.top;
              const column = x * stride.width + kx - padding.left;
              if (row < 0 || row >= input.shape.height || column < 0 || column >= input.shape.width) continue;
              const tap = (c * kernel.height + ky) * kernel.width + kx;
              const result = at(output, n, y, x, c);
              if (depthwise) {
                visit(result, at(input, n, row, column, c), tap);
                continue;
              }
              for (let i = 0; i < input.shape.channels; i++) {
                visit(result, at(input, n, row, column, i), tap * input.shape.channels + i);
              }
            }
          }
        }
      }
    }
  }
}

export function convolve(edge: ConvEdgeSpec, input: Maps, weights: readonly number[], shape: Shape): Maps {
  const output = emptyMaps(input.batch, shape);
  forEachProduct(edge, input, output, (o, i, w) => {
    output.values[o] += input.values[i] * weights[w];
  });
  return output;
}

export function convolveBackward(
  edge: ConvEdgeSpec,
  input: Maps,
  weights: readonly number[],
  gradient: Maps,
): { input: Float64Array; weights: Float64Array } {
  const result = { input: new Float64Array(input.values.length), weights: new Float64Array(weights.length) };
  forEachProduct(edge, input, gradient, (o, i, w) => {
    result.input[i] += gradient.values[o] * weights[w];
    result.weights[w] += gradient.values[o] * input.values[i];
  });
  return result;
}
