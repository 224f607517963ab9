import { Edge, NEAR, Source } from './structs';

/**
 * Depthwise convolutions, weights `[kernelY][kernelX][channel]`. Spikes are visited by event (a tenth of the neurons at a
 * ninth of a dense kernel's work each), the input densely; both scalar, since a concatenated source's channels are not aligned.
 */

@inline
function addTo(address: usize, value: f32): void {
  store<f32>(address, load<f32>(address) + value);
}

/** Output coordinate that tap `k` of input coordinate `i` reaches, or -1. */
@inline
function outputOf(i: i32, pad: i32, k: i32, stride: i32, size: i32): i32 {
  const n = i + pad - k;
  if (n < 0) return -1;
  const o = n / stride;
  return o * stride == n && o < size ? o : -1;
}

/** Forward (`out += w`) or backward (`w += out`) over the spikes of one source. */
@inline
function overEvents(edge: Edge, source: Source, image: i32, out: usize, weights: usize, backward: bool): void {
  const view = source.view;
  const offsets = view.offsetsOf(image);
  const channels = edge.channels;
  for (let y = 0; y < edge.inHeight; y++) {
    for (let x = 0; x < edge.inWidth; x++) {
      const pixel = y * edge.inWidth + x;
      const first = <usize>load<u32>(offsets + <usize>pixel * 4);
      const end = <usize>load<u32>(offsets + <usize>pixel * 4, 4);
      if (first == end) continue;
      for (let ky = 0; ky < edge.kernelY; ky++) {
        const oy = outputOf(y, edge.padY, ky, edge.strideY, edge.height);
        if (oy < 0) continue;
        for (let kx = 0; kx < edge.kernelX; kx++) {
          const ox = outputOf(x, edge.padX, kx, edge.strideX, edge.width);
          if (ox < 0) continue;
          const outRow = out + <usize>((oy * edge.width + ox) * channels + source.channelOffset) * 4;
          const tapRow = weights + <usize>((ky * edge.kernelX + kx) * channels + source.channelOffset) * 4;
          for (let event = first; event < end; event += 4) {
            const c = (<usize>load<u32>(event) - <usize>(pixel * view.channels)) * 4;
            if (backward) addTo(tapRow + c, load<f32>(outRow + c));
            else addTo(outRow + c, load<f32>(tapRow + c));
          }
        }
      }
    }
  }
}

/** Adds one source's current to the image `out`. */
export function depthwiseForward(edge: Edge, source: Source, image: i32, out: usize): void {
  overEvents(edge, source, image, out, edge.weights, false);
}

export function depthwiseWeightGradient(edge: Edge, source: Source, image: i32, out: usize, gradients: usize): void {
  overEvents(edge, source, image, out, gradients, true);
}

export function depthwiseInputGradient(edge: Edge, source: Source, image: i32, out: usize): void {
  const view = source.view;
  let flags = view.flagsOf(image);
  let gradient = view.gradientOf(image);
  for (let y = 0; y < edge.inHeight; y++) {
    for (let x = 0; x < edge.inWidth; x++) {
      for (let ky = 0; ky < edge.kernelY; ky++) {
        const oy = outputOf(y, edge.padY, ky, edge.strideY, edge.height);
        if (oy < 0) continue;
        for (let kx = 0; kx < edge.kernelX; kx++) {
          const ox = outputOf(x, edge.padX, kx, edge.strideX, edge.width);
          if (ox < 0) continue;
          const outRow = out + <usize>((oy * edge.width + ox) * edge.channels + source.channelOffset) * 4;
          const tapRow = edge.weights + <usize>((ky * edge.kernelX + kx) * edge.channels + source.channelOffset) * 4;
          for (let c = 0; c < source.channels; c++) {
            if ((load<u8>(flags + c) & NEAR) == 0) continue;
            const at = <usize>c * 4;
            addTo(gradient + at, load<f32>(outRow + at) * load<f32>(tapRow + at));
          }
        }
      }
      flags += view.channels;
      gradient += <usize>view.channels * 4;
    }
  }
}

/** Forward (`out += w * x`) or backward (`w += out * x`) over the input of one sample. */
@inline
function overInput(edge: Edge, sample: i32, out: usize, weights: usize, backward: bool): void {
  const channels = edge.realChannels;
  const image = edge.input + <usize>(sample * edge.inHeight * edge.inWidth * channels) * 4;
  for (let y = 0; y < edge.height; y++) {
    for (let x = 0; x < edge.width; x++) {
      const outRow = out + <usize>((y * edge.width + x) * edge.channels) * 4;
      for (let ky = 0; ky < edge.kernelY; ky++) {
        const iy = y * edge.strideY - edge.padY + ky;
        if (iy < 0 || iy >= edge.inHeight) continue;
        for (let kx = 0; kx < edge.kernelX; kx++) {
          const ix = x * edge.strideX - edge.padX + kx;
          if (ix < 0 || ix >= edge.inWidth) continue;
          const pixel = image + <usize>((iy * edge.inWidth + ix) * channels) * 4;
          const tapRow = weights + <usize>((ky * edge.kernelX + kx) * edge.channels) * 4;
          for (let at: usize = 0; at < <usize>channels * 4; at += 4) {
            if (backward) addTo(tapRow + at, load<f32>(outRow + at) * load<f32>(pixel + at));
            else addTo(outRow + at, load<f32>(tapRow + at) * load<f32>(pixel + at));
          }
        }
      }
    }
  }
}

/** Adds the current to the image `out`. */
export function inputDepthwiseForward(edge: Edge, sample: i32, out: usize): void {
  overInput(edge, sample, out, edge.weights, false);
}

export function inputDepthwiseWeightGradient(edge: Edge, sample: i32, out: usize, gradients: usize): void {
  overInput(edge, sample, out, gradients, true);
}
