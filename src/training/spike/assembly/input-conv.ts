import { madd } from './simd';
import { Edge } from './structs';

/** Dense convolution of the real-valued input; weights `[kernelY][kernelX][c][out]`, input channels not padded. */

@inline
function run4(x: usize, rows: i32, count: i32, xStep: usize, w: usize, wStep: usize, rowBytes: usize, out: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  for (; rows > 0; rows--) {
    for (let i = 0, xi = x, wi = w; i < count; i++, xi += 4, wi += rowBytes) {
      const value = v128.load32_splat(xi);
      a0 = madd(value, v128.load(wi), a0); a1 = madd(value, v128.load(wi, 16), a1);
      a2 = madd(value, v128.load(wi, 32), a2); a3 = madd(value, v128.load(wi, 48), a3);
    }
    x += xStep;
    w += wStep;
  }
  v128.store(out, a0); v128.store(out, a1, 16); v128.store(out, a2, 32); v128.store(out, a3, 48);
}

@inline
function run1(x: usize, rows: i32, count: i32, xStep: usize, w: usize, wStep: usize, rowBytes: usize, out: usize): void {
  let a0 = f32x4.splat(0);
  for (; rows > 0; rows--) {
    for (let i = 0, xi = x, wi = w; i < count; i++, xi += 4, wi += rowBytes) {
      a0 = madd(v128.load32_splat(xi), v128.load(wi), a0);
    }
    x += xStep;
    w += wStep;
  }
  v128.store(out, a0);
}

@inline
function addRow(x: usize, rows: i32, count: i32, xStep: usize, w: usize, wStep: usize, rowBytes: usize, out: usize): void {
  for (; rows > 0; rows--) {
    for (let i = 0, xi = x, wi = w; i < count; i++, xi += 4, wi += rowBytes) {
      const value = v128.load32_splat(xi);
      for (let c: usize = 0; c < rowBytes; c += 16) {
        v128.store(wi + c, madd(value, v128.load(out + c), v128.load(wi + c)));
      }
    }
    x += xStep;
    w += wStep;
  }
}

/** Both passes visit the same windows: forward writes `out`, backward adds to the weight gradient `weights`. */
@inline
function overWindows(edge: Edge, sample: i32, out: usize, weights: usize, backward: bool): void {
  const inHeight = edge.inHeight, inWidth = edge.inWidth, channels = edge.inChannels;
  const kernelY = edge.kernelY, kernelX = edge.kernelX;
  const rowBytes = <usize>edge.channels * 4;
  const image = edge.input + <usize>(sample * inHeight * inWidth * channels) * 4;
  const xStep = <usize>(inWidth * channels) * 4;
  const wStep = <usize>(kernelX * channels) * rowBytes;
  for (let y = 0; y < edge.height; y++) {
    const top = y * edge.strideY - edge.padY;
    const firstKy = max(0, -top);
    const rows = max(0, min(kernelY, inHeight - top) - firstKy);
    for (let x = 0; x < edge.width; x++) {
      const left = x * edge.strideX - edge.padX;
      const from = max(left, 0);
      const count = max(0, (min(left + kernelX, inWidth) - from) * channels);
      const first = image + <usize>(((top + firstKy) * inWidth + from) * channels) * 4;
      const base = weights + <usize>((firstKy * kernelX + from - left) * channels) * rowBytes;
      if (backward) {
        addRow(first, rows, count, xStep, base, wStep, rowBytes, out);
      } else {
        let c: usize = 0;
        for (; c + 64 <= rowBytes; c += 64) run4(first, rows, count, xStep, base + c, wStep, rowBytes, out + c);
        for (; c < rowBytes; c += 16) run1(first, rows, count, xStep, base + c, wStep, rowBytes, out + c);
      }
      out += rowBytes;
    }
  }
}

export function inputConvForward(edge: Edge, sample: i32, out: usize): void {
  overWindows(edge, sample, out, edge.weights, false);
}

export function inputConvWeightGradient(edge: Edge, sample: i32, out: usize, gradients: usize): void {
  overWindows(edge, sample, out, gradients, true);
}
