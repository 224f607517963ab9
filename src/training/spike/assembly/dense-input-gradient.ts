import { madd, sumLanes4 } from './simd';
import { Edge, NEAR, Source } from './structs';

/**
 * Gradient of a dense convolution with respect to its input spikes. It is needed only where the surrogate derivative of the
 * source's neuron is not zero, so the needed channels of an input pixel are listed first. Each of them is a dot product over
 * the output pixels under the (reversed) kernel; four channels share the loads of the output's gradient. Where the stride
 * is 1 a kernel row is one contiguous segment; otherwise each tap that meets an output pixel is one.
 *
 * Scratch of a part: segments (3 u32 each: address of the gradient, byte offset in a channel's weights, bytes), then channels.
 */

const SEGMENT_BYTES: usize = 12;

function listSegments(edge: Edge, y: i32, x: i32, out: usize, segments: usize): usize {
  const kernelX = edge.kernelX, width = edge.width, strideX = edge.strideX;
  const rowBytes = <usize>edge.channels * 4;
  for (let ky = 0; ky < edge.kernelY; ky++) {
    const ny = y + edge.padY - ky;
    if (ny < 0) break;
    const oy = ny / edge.strideY;
    if (oy * edge.strideY != ny || oy >= edge.height) continue;
    const left = x + edge.padX - (kernelX - 1);
    if (strideX == 1) {
      const from = max(0, -left);
      const to = min(kernelX, width - left);
      if (to <= from) continue;
      store<u32>(segments, <u32>(out + <usize>(oy * width + left + from) * rowBytes));
      store<u32>(segments, <u32>(<usize>(ky * kernelX + from) * rowBytes), 4);
      store<u32>(segments, <u32>(<usize>(to - from) * rowBytes), 8);
      segments += SEGMENT_BYTES;
      continue;
    }
    for (let k = 0; k < kernelX; k++) {
      const nx = left + k;
      if (nx < 0) continue;
      const ox = nx / strideX;
      if (ox * strideX != nx || ox >= width) continue;
      store<u32>(segments, <u32>(out + <usize>(oy * width + ox) * rowBytes));
      store<u32>(segments, <u32>(<usize>(ky * kernelX + k) * rowBytes), 4);
      store<u32>(segments, <u32>rowBytes, 8);
      segments += SEGMENT_BYTES;
    }
  }
  return segments;
}

/** Lists the channels whose flag says that their gradient matters; returns the list's end. */
@inline
function listChannels(flags: usize, channels: i32, list: usize): usize {
  for (let c = 0; c < channels; c += 4) {
    const near = (load<u32>(flags + c) / NEAR) & 0x01010101;
    store<u32>(list, c);
    list += (near & 1) << 2;
    store<u32>(list, c + 1);
    list += ((near >> 8) & 1) << 2;
    store<u32>(list, c + 2);
    list += ((near >> 16) & 1) << 2;
    store<u32>(list, c + 3);
    list += (near >> 24) << 2;
  }
  return list;
}

@inline
function dot4(segments: usize, end: usize, w0: usize, w1: usize, w2: usize, w3: usize): v128 {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  for (let s = segments; s < end; s += SEGMENT_BYTES) {
    let g = <usize>load<u32>(s);
    const offset = <usize>load<u32>(s, 4);
    const bytes = <usize>load<u32>(s, 8);
    const last = g + bytes;
    const unrolled = g + (bytes & ~31);
    let p0 = w0 + offset, p1 = w1 + offset, p2 = w2 + offset, p3 = w3 + offset;
    while (g < unrolled) {
      const u = v128.load(g), v = v128.load(g, 16);
      a0 = madd(u, v128.load(p0), a0); a1 = madd(u, v128.load(p1), a1);
      a2 = madd(u, v128.load(p2), a2); a3 = madd(u, v128.load(p3), a3);
      a0 = madd(v, v128.load(p0, 16), a0); a1 = madd(v, v128.load(p1, 16), a1);
      a2 = madd(v, v128.load(p2, 16), a2); a3 = madd(v, v128.load(p3, 16), a3);
      g += 32; p0 += 32; p1 += 32; p2 += 32; p3 += 32;
    }
    if (g < last) {
      const u = v128.load(g);
      a0 = madd(u, v128.load(p0), a0); a1 = madd(u, v128.load(p1), a1);
      a2 = madd(u, v128.load(p2), a2); a3 = madd(u, v128.load(p3), a3);
    }
  }
  return sumLanes4(a0, a1, a2, a3);
}

@inline
function addAt(gradient: usize, channel: usize, value: f32): void {
  const address = gradient + (channel << 2);
  store<f32>(address, load<f32>(address) + value);
}

export function denseInputGradient(edge: Edge, source: Source, image: i32, out: usize, scratch: usize): void {
  const view = source.view;
  const channels = view.channels;
  const weights = source.backWeights;
  const channelBytes = <usize>(edge.kernelY * edge.kernelX * edge.channels) * 4;
  const list = scratch + <usize>(edge.kernelY * edge.kernelX) * SEGMENT_BYTES;
  let flags = view.flagsOf(image);
  let gradient = view.gradientOf(image);
  for (let y = 0; y < edge.inHeight; y++) {
    for (let x = 0; x < edge.inWidth; x++) {
      const end = listChannels(flags, channels, list);
      if (end > list) {
        const segments = listSegments(edge, y, x, out, scratch);
        let c = list;
        for (; c < end; c += 16) {
          // The last group repeats a channel that exists; what it sums there is dropped.
          const c0 = <usize>load<u32>(c);
          const left = end - c;
          const c1 = left > 4 ? <usize>load<u32>(c, 4) : c0;
          const c2 = left > 8 ? <usize>load<u32>(c, 8) : c0;
          const c3 = left > 12 ? <usize>load<u32>(c, 12) : c0;
          const sums = dot4(scratch, segments, weights + c0 * channelBytes, weights + c1 * channelBytes, weights + c2 * channelBytes, weights + c3 * channelBytes);
          addAt(gradient, c0, f32x4.extract_lane(sums, 0));
          if (left > 4) addAt(gradient, c1, f32x4.extract_lane(sums, 1));
          if (left > 8) addAt(gradient, c2, f32x4.extract_lane(sums, 2));
          if (left > 12) addAt(gradient, c3, f32x4.extract_lane(sums, 3));
        }
      }
      flags += channels;
      gradient += <usize>channels * 4;
    }
  }
}
