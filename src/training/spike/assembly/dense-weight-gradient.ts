import { Edge, Source } from './structs';

/**
 * Weight gradient of a dense convolution of spikes (or, `valued`, of activations that are not 0), the mirror of the forward pass: the gradient of an output pixel stays in
 * registers and is added to the weight row of every active input under the kernel.
 */

@inline
function addTo(address: usize, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), value));
}

@inline
function share(valued: bool, value: v128, gradient: v128): v128 {
  return valued ? f32x4.mul(value, gradient) : gradient;
}

/** As in the forward pass. */
@inline
function run(vectors: i32, valued: bool, values: usize, offsets: usize, rows: i32, offsetStep: usize, span: usize, base: usize, baseStep: usize, rowBytes: usize, out: usize): void {
  const zero = f32x4.splat(0);
  let a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero;
  const a0 = v128.load(out);
  if (vectors > 1) a1 = v128.load(out, 16);
  if (vectors > 2) a2 = v128.load(out, 32);
  if (vectors > 3) a3 = v128.load(out, 48);
  if (vectors > 4) { a4 = v128.load(out, 64); a5 = v128.load(out, 80); }
  if (vectors > 6) { a6 = v128.load(out, 96); a7 = v128.load(out, 112); }
  for (; rows > 0; rows--) {
    const end = <usize>load<u32>(offsets + span);
    for (let event = <usize>load<u32>(offsets); event < end; event += 4) {
      const index = <usize>load<u32>(event);
      const w = base + index * rowBytes;
      const p = valued ? v128.load32_splat(values + (index << 2)) : zero;
      addTo(w, share(valued, p, a0));
      if (vectors > 1) addTo(w + 16, share(valued, p, a1));
      if (vectors > 2) addTo(w + 32, share(valued, p, a2));
      if (vectors > 3) addTo(w + 48, share(valued, p, a3));
      if (vectors > 4) { addTo(w + 64, share(valued, p, a4)); addTo(w + 80, share(valued, p, a5)); }
      if (vectors > 6) { addTo(w + 96, share(valued, p, a6)); addTo(w + 112, share(valued, p, a7)); }
    }
    offsets += offsetStep;
    base += baseStep;
  }
}

@inline
function overPixels(valued: bool, edge: Edge, source: Source, image: i32, out: usize, gradients: usize): void {
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
      if (columns > 0) {
        const iy = top + firstKy;
        const first = offsets + <usize>(iy * inWidth + from) * 4;
        const span = <usize>columns * 4;
        const base = gradients + <usize>((firstKy * kernelX - iy * inWidth - left) * inChannels) * rowBytes;
        let c: usize = 0;
        while (c < rowBytes) {
          const rest = rowBytes - c;
          if (rest >= 128) {
            run(8, valued, values, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 128;
          } else if (rest >= 96) {
            run(6, valued, values, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 96;
          } else if (rest >= 64) {
            run(4, valued, values, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 64;
          } else if (rest >= 48) {
            run(3, valued, values, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 48;
          } else if (rest >= 32) {
            run(2, valued, values, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 32;
          } else {
            run(1, valued, values, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 16;
          }
        }
      }
      out += rowBytes;
    }
  }
}

/** `gradients`: of this source's weights, in the layout of the forward weights; `out`: gradient of the current's image. */
export function denseWeightGradient(edge: Edge, source: Source, image: i32, out: usize, gradients: usize): void {
  if (source.view.values == 0) overPixels(false, edge, source, image, out, gradients);
  else overPixels(true, edge, source, image, out, gradients);
}
