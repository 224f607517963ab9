import { Edge, Source } from './structs';

/**
 * Dense convolution of spikes, by output pixel: its channels (at most 32 at a time) stay in registers and every active input
 * under the kernel adds one row of weights. Because events are indexed within the image in rising order, the active inputs of
 * one kernel row are one contiguous run, and weights `[kernelY][kernelX][c][out]` are addressed by index * row + base.
 */

@inline
function run8(offsets: usize, rows: i32, offsetStep: usize, span: usize, base: usize, baseStep: usize, rowBytes: usize, out: usize, fresh: bool): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  if (!fresh) {
    a0 = v128.load(out); a1 = v128.load(out, 16); a2 = v128.load(out, 32); a3 = v128.load(out, 48);
    a4 = v128.load(out, 64); a5 = v128.load(out, 80); a6 = v128.load(out, 96); a7 = v128.load(out, 112);
  }
  for (; rows > 0; rows--) {
    const end = <usize>load<u32>(offsets + span);
    for (let event = <usize>load<u32>(offsets); event < end; event += 4) {
      const w = base + <usize>load<u32>(event) * rowBytes;
      a0 = f32x4.add(a0, v128.load(w)); a1 = f32x4.add(a1, v128.load(w, 16));
      a2 = f32x4.add(a2, v128.load(w, 32)); a3 = f32x4.add(a3, v128.load(w, 48));
      a4 = f32x4.add(a4, v128.load(w, 64)); a5 = f32x4.add(a5, v128.load(w, 80));
      a6 = f32x4.add(a6, v128.load(w, 96)); a7 = f32x4.add(a7, v128.load(w, 112));
    }
    offsets += offsetStep;
    base += baseStep;
  }
  v128.store(out, a0); v128.store(out, a1, 16); v128.store(out, a2, 32); v128.store(out, a3, 48);
  v128.store(out, a4, 64); v128.store(out, a5, 80); v128.store(out, a6, 96); v128.store(out, a7, 112);
}

@inline
function run4(offsets: usize, rows: i32, offsetStep: usize, span: usize, base: usize, baseStep: usize, rowBytes: usize, out: usize, fresh: bool): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  if (!fresh) {
    a0 = v128.load(out); a1 = v128.load(out, 16); a2 = v128.load(out, 32); a3 = v128.load(out, 48);
  }
  for (; rows > 0; rows--) {
    const end = <usize>load<u32>(offsets + span);
    for (let event = <usize>load<u32>(offsets); event < end; event += 4) {
      const w = base + <usize>load<u32>(event) * rowBytes;
      a0 = f32x4.add(a0, v128.load(w)); a1 = f32x4.add(a1, v128.load(w, 16));
      a2 = f32x4.add(a2, v128.load(w, 32)); a3 = f32x4.add(a3, v128.load(w, 48));
    }
    offsets += offsetStep;
    base += baseStep;
  }
  v128.store(out, a0); v128.store(out, a1, 16); v128.store(out, a2, 32); v128.store(out, a3, 48);
}

@inline
function run1(offsets: usize, rows: i32, offsetStep: usize, span: usize, base: usize, baseStep: usize, rowBytes: usize, out: usize, fresh: bool): void {
  let a0 = f32x4.splat(0);
  if (!fresh) a0 = v128.load(out);
  for (; rows > 0; rows--) {
    const end = <usize>load<u32>(offsets + span);
    for (let event = <usize>load<u32>(offsets); event < end; event += 4) {
      a0 = f32x4.add(a0, v128.load(base + <usize>load<u32>(event) * rowBytes));
    }
    offsets += offsetStep;
    base += baseStep;
  }
  v128.store(out, a0);
}

/** Adds (or, if `fresh`, writes) the current of one source of an edge to the image `out`. */
export function denseForward(edge: Edge, source: Source, image: i32, out: usize, fresh: bool): void {
  const view = source.view;
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
      for (; c + 128 <= rowBytes; c += 128) run8(first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
      if (c + 64 <= rowBytes) {
        run4(first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
        c += 64;
      }
      for (; c < rowBytes; c += 16) run1(first, runs, offsetStep, span, base + c, baseStep, rowBytes, out + c, fresh);
      out += rowBytes;
    }
  }
}
