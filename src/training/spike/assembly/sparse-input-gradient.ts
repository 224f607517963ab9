import { madd } from './simd';
import { Edge, Source } from './structs';

/**
 * Gradient of a dense convolution with respect to its input spikes where many weights are pruned. The current's gradient is laid
 * out as one zero-padded plane a channel; then every weight that is left adds a multiple of the whole plane, shifted, whatever
 * the pixel: vectors run over pixels, and pruned weights cost nothing. Only for strides of 1.
 *
 * The last columns of a row's padding are the first of the next row's (`pitchOf`). A position of the input is `y * pitch + x`, and a
 * weight reads the gradient at that position plus an offset of its own. Positions between rows are computed and dropped.
 *
 * Lists replace `backWeights` (plan-edges.ts makes room for `MOST_KEPT` of the weights): entries of u32 offset and f32 weight,
 * by input channel. The table `Source.lists`: 1 if the lists are used, then where each channel's list starts, and where the last one ends.
 *
 * Scratch of a part: planes, then `[4 channels][BLOCK]` of results.
 */

const MOST_KEPT: f32 = 0.6;
const ENTRY_BYTES: usize = 8;

/** Positions at a time, of which each plane may read as many behind its end. */
const BLOCK: i32 = 32;
const BLOCK_BYTES: usize = <usize>BLOCK * 4;

/** Columns of zeros to the left and right of a row. */
@inline
function leftOf(edge: Edge): i32 {
  return edge.kernelX - 1 - edge.padX;
}
@inline
function rightOf(edge: Edge): i32 {
  return edge.inWidth + edge.padX - edge.width;
}

@inline
function pitchOf(edge: Edge): i32 {
  return edge.inWidth + edge.kernelX - 1 - min(leftOf(edge), rightOf(edge));
}

@inline
function planeBytesOf(edge: Edge): usize {
  return <usize>(((edge.inHeight + edge.kernelY - 1) * pitchOf(edge) + edge.kernelX + BLOCK + 3) & ~3) * 4;
}

@inline
function hasPlanes(edge: Edge): bool {
  if (edge.strideX != 1 || edge.strideY != 1) return false;
  return leftOf(edge) >= 0 && rightOf(edge) >= 0 && edge.padY < edge.kernelY;
}

@inline
export function isListed(source: Source): bool {
  return load<u32>(source.lists) != 0;
}

/** Lists the weights of one source that are not zero, unless there are too many. `effective` is in the parameter's layout. */
export function listWeights(edge: Edge, source: Source, effective: usize): bool {
  store<u32>(source.lists, 0);
  if (!hasPlanes(edge)) return false;
  const taps = edge.kernelY * edge.kernelX;
  const row = <usize>edge.inChannels * 4;
  const first = effective + <usize>source.channelOffset * 4;
  const most = <i32>(MOST_KEPT * <f32>(taps * edge.realChannels * source.channels));
  const pitch = pitchOf(edge), planeBytes = planeBytesOf(edge);
  const limit = source.backWeights + <usize>most * ENTRY_BYTES;
  let entry = source.backWeights;
  let start = source.lists + 4;
  for (let i = 0; i < source.view.channels; i++, start += 4) {
    store<u32>(start, <u32>entry);
    if (i >= source.channels) continue;
    let from = first + <usize>i * 4;
    for (let c = 0; c < edge.realChannels; c++) {
      for (let ky = edge.kernelY - 1; ky >= 0; ky--) {
        for (let kx = edge.kernelX - 1; kx >= 0; kx--, from += row) {
          const weight = load<f32>(from);
          if (weight == 0) continue;
          if (entry == limit) return false;
          store<u32>(entry, <u32>(<usize>c * planeBytes) + <u32>(ky * pitch + kx) * 4);
          store<f32>(entry, weight, 4);
          entry += ENTRY_BYTES;
        }
      }
    }
  }
  store<u32>(start, <u32>entry);
  store<u32>(source.lists, 1);
  return true;
}

@inline
function lowPair(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}
@inline
function highPair(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}
@inline
function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}
@inline
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}

/** Lays out the gradient `out` of one image's current as planes. */
export function makePlanes(edge: Edge, out: usize, planes: usize): void {
  const planeBytes = planeBytesOf(edge);
  const row = <usize>edge.channels * 4;
  const rowBytes = <usize>pitchOf(edge) * 4;
  memory.fill(planes, 0, <usize>edge.channels * planeBytes);
  const top = edge.kernelY - 1 - edge.padY;
  for (let c = 0; c < edge.channels; c += 4) {
    const p0 = planes + <usize>c * planeBytes + <usize>leftOf(edge) * 4 + <usize>top * rowBytes;
    const p1 = p0 + planeBytes, p2 = p1 + planeBytes, p3 = p2 + planeBytes;
    let from = out + <usize>c * 4;
    for (let y = 0; y < edge.height; y++) {
      let at = <usize>y * rowBytes;
      let x = 0;
      for (; x + 4 <= edge.width; x += 4, at += 16, from += row * 4) {
        const a = v128.load(from), b = v128.load(from + row);
        const d = v128.load(from + row * 2), e = v128.load(from + row * 3);
        const ab = lowPair(a, b), de = lowPair(d, e), AB = highPair(a, b), DE = highPair(d, e);
        v128.store(p0 + at, lowHalves(ab, de)); v128.store(p1 + at, highHalves(ab, de));
        v128.store(p2 + at, lowHalves(AB, DE)); v128.store(p3 + at, highHalves(AB, DE));
      }
      for (; x < edge.width; x++, at += 4, from += row) {
        store<f32>(p0 + at, load<f32>(from)); store<f32>(p1 + at, load<f32>(from, 4));
        store<f32>(p2 + at, load<f32>(from, 8)); store<f32>(p3 + at, load<f32>(from, 12));
      }
    }
  }
}

/** `vectors` (8 or 4, a literal) times four positions of one input channel. */
@inline
function sumEntries(vectors: i32, entry: usize, end: usize, base: usize, result: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero, a7 = zero;
  for (; entry < end; entry += ENTRY_BYTES) {
    const g = base + <usize>load<u32>(entry);
    const w = v128.load32_splat(entry, 4);
    a0 = madd(w, v128.load(g), a0); a1 = madd(w, v128.load(g, 16), a1);
    a2 = madd(w, v128.load(g, 32), a2); a3 = madd(w, v128.load(g, 48), a3);
    if (vectors > 4) {
      a4 = madd(w, v128.load(g, 64), a4); a5 = madd(w, v128.load(g, 80), a5);
      a6 = madd(w, v128.load(g, 96), a6); a7 = madd(w, v128.load(g, 112), a7);
    }
  }
  v128.store(result, a0); v128.store(result, a1, 16); v128.store(result, a2, 32); v128.store(result, a3, 48);
  if (vectors > 4) {
    v128.store(result, a4, 64); v128.store(result, a5, 80); v128.store(result, a6, 96); v128.store(result, a7, 112);
  }
}

@inline
function add4(address: usize, value: v128): void {
  v128.store(address, f32x4.add(v128.load(address), value));
}

/** Adds a block's results of four channels to the gradient of the source; `x` is the first position's column. */
@inline
function addBlock(edge: Edge, result: usize, positions: i32, x: i32, pitch: i32, gradient: usize, row: usize): void {
  for (let i = 0; i < positions; i += 4, result += 16) {
    const a = v128.load(result), b = v128.load(result + BLOCK_BYTES);
    const d = v128.load(result + BLOCK_BYTES * 2), e = v128.load(result + BLOCK_BYTES * 3);
    const ab = lowPair(a, b), de = lowPair(d, e), AB = highPair(a, b), DE = highPair(d, e);
    const left = positions - i;
    if (left >= 4 && x + 4 <= edge.inWidth) {
      add4(gradient, lowHalves(ab, de)); add4(gradient + row, highHalves(ab, de));
      add4(gradient + row * 2, lowHalves(AB, DE)); add4(gradient + row * 3, highHalves(AB, DE));
      gradient += row * 4;
      x += 4;
      if (x == pitch) x = 0;
      continue;
    }
    for (let lane = 0; lane < 4 && lane < left; lane++) {
      if (x < edge.inWidth) {
        add4(gradient, lane == 0 ? lowHalves(ab, de) : lane == 1 ? highHalves(ab, de) : lane == 2 ? lowHalves(AB, DE) : highHalves(AB, DE));
        gradient += row;
      }
      if (++x == pitch) x = 0;
    }
  }
}

/** Adds to the gradient of one source's image, from planes that `makePlanes` made. */
export function sparseInputGradient(edge: Edge, source: Source, image: i32, planes: usize): void {
  const view = source.view;
  const pitch = pitchOf(edge);
  const positions = (edge.inHeight - 1) * pitch + edge.inWidth;
  const results = planes + <usize>edge.channels * planeBytesOf(edge);
  const gradient = view.gradientOf(image);
  const row = <usize>view.channels * 4;
  for (let block = 0; block < positions; block += BLOCK) {
    const count = min(BLOCK, positions - block);
    const base = planes + <usize>block * 4;
    const y = block / pitch, x = block - y * pitch;
    const first = gradient + <usize>(y * edge.inWidth + min(x, edge.inWidth)) * row;
    let starts = source.lists + 4;
    for (let c = 0; c < view.channels; c += 4) {
      for (let lane = 0; lane < 4; lane++, starts += 4) {
        const from = <usize>load<u32>(starts), to = <usize>load<u32>(starts, 4);
        const result = results + <usize>lane * BLOCK_BYTES;
        if (count > 16) sumEntries(8, from, to, base, result);
        else sumEntries(4, from, to, base, result);
      }
      addBlock(edge, results, count, x, pitch, first + <usize>c * 4, row);
    }
  }
}
