import { Edge, Source } from './structs';

/**
 * Weight gradient of a dense convolution of spikes, the mirror of the forward pass: the gradient of an output pixel stays in
 * registers and is added to the weight row of every active input under the kernel.
 */

@inline
function addTo(address: usize, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), value));
}

/** As in the forward pass. */
@inline
function run(vectors: i32, offsets: usize, rows: i32, offsetStep: usize, span: usize, base: usize, baseStep: usize, rowBytes: usize, out: usize): void {
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
      const w = base + <usize>load<u32>(event) * rowBytes;
      addTo(w, a0);
      if (vectors > 1) addTo(w + 16, a1);
      if (vectors > 2) addTo(w + 32, a2);
      if (vectors > 3) addTo(w + 48, a3);
      if (vectors > 4) { addTo(w + 64, a4); addTo(w + 80, a5); }
      if (vectors > 6) { addTo(w + 96, a6); addTo(w + 112, a7); }
    }
    offsets += offsetStep;
    base += baseStep;
  }
}

/** `gradients`: of this source's weights, in the layout of the forward weights; `out`: gradient of the current's image. */
export function denseWeightGradient(edge: Edge, source: Source, image: i32, out: usize, gradients: usize): void {
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
      if (columns > 0) {
        const iy = top + firstKy;
        const first = offsets + <usize>(iy * inWidth + from) * 4;
        const span = <usize>columns * 4;
        const base = gradients + <usize>((firstKy * kernelX - iy * inWidth - left) * inChannels) * rowBytes;
        let c: usize = 0;
        while (c < rowBytes) {
          const rest = rowBytes - c;
          if (rest >= 128) {
            run(8, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 128;
          } else if (rest >= 96) {
            run(6, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 96;
          } else if (rest >= 64) {
            run(4, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 64;
          } else if (rest >= 48) {
            run(3, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 48;
          } else if (rest >= 32) {
            run(2, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 32;
          } else {
            run(1, first, rows, offsetStep, span, base + c, baseStep, rowBytes, out + c);
            c += 16;
          }
        }
      }
      out += rowBytes;
    }
  }
}
