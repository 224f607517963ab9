import type { Shape } from '../../core/geometry.js';
import type { ConvEdge } from '../../model/types.js';

/** How much of the source a convolution's windows meet, added over the output pixels; padding is not counted. */
export interface WindowCounts {
  readonly pixels: number;
  readonly outputRows: number;
  /** Kernel positions inside the source. */
  readonly taps: number;
  /** Kernel rows inside the source. */
  readonly rows: number;
  /** The same, counted once for each row of output pixels. */
  readonly lines: number;
}

export function windowCounts(edge: ConvEdge, source: Shape, out: Shape): WindowCounts {
  const { kernel, stride, padding } = edge;
  const outputRows = out.height;
  const outputColumns = out.width;
  const rows = inside(out.height, kernel.height, stride.height, padding.top, source.height);
  const columns = inside(out.width, kernel.width, stride.width, padding.left, source.width);
  return {
    pixels: outputRows * outputColumns,
    outputRows,
    taps: rows * columns,
    rows: rows * outputColumns,
    lines: rows,
  };
}

/** Kernel indexes that meet the source, added over the output positions of one axis. */
function inside(outputs: number, kernel: number, stride: number, padding: number, size: number): number {
  let total = 0;
  for (let position = 0; position < outputs; position++) {
    const first = position * stride - padding;
    total += Math.max(0, Math.min(size - first, kernel) - Math.max(0, -first));
  }
  return total;
}
