import { madd } from './simd';
import { Edge, Source } from './structs';

/**
 * Dense convolution of spikes (or, `valued`, of activations that are not 0), by output pixel: its channels (at most 32 at a time) stay in registers and every active input
 * under the kernel adds one row of weights. Because events are indexed within the image in rising order, the active inputs of
 * one kernel row are one contiguous run, and weights `[kernelY][kernelX][c][out]` are addressed by index * row + base.
 */

/** A row of weights counts once for a spike, `value` times for an activation. */
@inline
function plus(valued: bool, sum: v128, value: v128, weights: v128): v128 {
  return valued ? madd(value, weights, sum) : f32x4.add(sum, weights);
}

@inline
function valueAt(valued: bool, values: usize, event: usize): v128 {
  return valued ? v128.load32_splat(values + (<usize>load<u32>(event) << 2)) : f32x4.splat(0);
}

/**
 * `vectors` (1, 2, 3, 4, 6 or 8; a literal, so that the rest is compiled away) times four channels. Few accumulators would wait for each
 * other's additions: up to three vectors take two events at a time.
 */
@inline
function run(vectors: i32, valued: bool, values: usize, offsets: usize, rows: i32, offsetStep: usize, span: usize, base: usize, baseStep: usize, rowBytes: usize, out: usize, fresh: bool): void {
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero;
  let b0 = zero, b1 = zero, b2 = zero, b3 = zero;
  if (!fresh) {
    a0 = v128.load(out);
    if (vectors > 1) a1 = v128.load(out, 16);
    if (vectors > 2) a2 = v128.load(out, 32);
    if (vectors > 3) a3 = v128.load(out, 48);
    if (vectors > 4) { a4 = v128.load(out, 64); a5 = v128.load(out, 80); }
    if (vectors > 6) { a6 = v128.load(out, 96); a7 = v128.load(out, 112); }
  }
  for (; rows > 0; rows--) {
    const end = <usize>load<u32>(offsets + span);
    let event = <usize>load<u32>(offsets);
    if (vectors <= 3) {
      for (; event + 4 < end; event += 8) {
        const w = base + <usize>load<u32>(event) * rowBytes;
        const v = base + <usize>load<u32>(event, 4) * rowBytes;
        const p = valueAt(valued, values, event), q = valueAt(valued, values, event + 4);
        a0 = plus(valued, a0, p, v128.load(w)); b0 = plus(valued, b0, q, v128.load(v));
        if (vectors > 1) { a1 = plus(valued, a1, p, v128.load(w, 16)); b1 = plus(valued, b1, q, v128.load(v, 16)); }
        if (vectors > 2) { a2 = plus(valued, a2, p, v128.load(w, 32)); b2 = plus(valued, b2, q, v128.load(v, 32)); }
        if (vectors > 3) { a3 = plus(valued, a3, p, v128.load(w, 48)); b3 = plus(valued, b3, q, v128.load(v, 48)); }
      }
    }
    for (; event < end; event += 4) {
      const w = base + <usize>load<u32>(event) * rowBytes;
      const p = valueAt(valued, values, event);
      a0 = plus(valued, a0, p, v128.load(w));
      if (vectors > 1) a1 = plus(valued, a1, p, v128.load(w, 16));
      if (vectors > 2) a2 = plus(valued, a2, p, v128.load(w, 32));
      if (vectors > 3) a3 = plus(valued, a3, p, v128.load(w, 48));
      if (vectors > 4) { a4 = plus(valued, a4, p, v128.load(w, 64)); a5 = plus(valued, a5, p, v128.load(w, 80)); }
      if (vectors > 6) { a6 = plus(valued, a6, p, v128.load(w, 96)); a7 = plus(valued, a7, p, v128.load(w, 112)); }
    }
    offsets += offsetStep;
    base += baseStep;
  }
  if (vectors <= 3) {
    a0 = f32x4.add(a0, b0);
    if (vectors > 1) a1 = f32x4.add(a1, b1);
    if (vectors > 2) a2 = f32x4.add(a2, b2);
    if (vectors > 3) a3 = f32x4.add(a3, b3);
  }
  v128.store(out, a0);
  if (vectors > 1) v128.store(out, a1, 16);
  if (vectors > 2) v128.store(out, a2, 32);
  if (vectors > 3) v128.store(out, a3, 48);
  if (vectors > 4) { v128.store(out, a4, 64); v128.store(out, a5, 80); }
  if (vectors > 6) { v128.store(out, a6, 96); v128.store(out, a7, 112); }
}

@inline
function overPixels(valued: bool, edge: Edge, source: Source, image: i32, out: usize, fresh: bool): void {
  const view = source.view;
  const values = valued ? view.valuesOf(image) : 0;
  const inHeight = edge.inHeight, inWidth = edge.inWidth, inChannels = view.channels;
  const height = edge.height, width = edge.width, kernelY = edge.kernelY, kernelX = edge.kernelX;
  const strideY = edge.strideY, strideX = edge.strideX, padX = edge.padX, padY = edge.padY;
  const rowBytes = <usize>edge.channels * 4;
  const offsets = view.offsetsOf(image);
  const offsetStep = <usize>inWidth * 4;
  const baseStep = <usize>(kernelX - inWidth) * <usize>inChannels * rowBytes;
  for (let y = 0; y < height; y++) {
    const top = y * strideY - padY;
    const firstKy = max(0, -top);
    const rows = max(0, min(kernelY, inHeight - top) - firstKy);
    for (let x = 0; x < width; x++) {
      const left = x * strideX - padX;
      const from = max(left, 0);
      const columns = min(left + kernelX, inWidth) - from;
      const runs = columns > 0 ? rows : 0;
      const iy = top + firstKy;
      const first = offsets + <usize>(iy * inWidth + from) * 4;
      const span = <usize>columns * 4;
      const base = source.weights + <usize>((firstKy * kernelX - iy * inWidth - left) * inChannels) * rowBytes;
      let c: usize = 0;
      while (c < rowBytes) {
        const left = rowBytes - c;
        if (left >= 128) {
          run(8, valued, values, first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
          c += 128;
        } else if (left >= 96) {
          run(6, valued, values, first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
          c += 96;
        } else if (left >= 64) {
          run(4, valued, values, first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
          c += 64;
        } else if (left >= 48) {
          run(3, valued, values, first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
          c += 48;
        } else if (left >= 32) {
          run(2, valued, values, first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
          c += 32;
        } else {
          run(1, valued, values, first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
          c += 16;
        }
      }
      out += rowBytes;
    }
  }
}

/** Adds (or, if `fresh`, writes) the current of one source of an edge to the image `out`. */
export function denseForward(edge: Edge, source: Source, image: i32, out: usize, fresh: bool): void {
  if (source.view.values == 0) overPixels(false, edge, source, image, out, fresh);
  else overPixels(true, edge, source, image, out, fresh);
}
