import { NEAR, Pool, SPIKED } from './structs';

/**
 * Pooling of spikes: the maximum over a window, or its top left pixel. The gradient goes to the first element, in row order, that
 * equals the maximum; a pooled neuron therefore takes over that element's flags.
 */

/** Pixel of the source, relative to the window's first, that stands for channel `c`. */
@inline
function chosen(pool: Pool, flags: usize, c: i32): i32 {
  if (!pool.anySpike) return 0;
  const channels = pool.source.channels;
  for (let y = 0; y < pool.windowY; y++) {
    for (let x = 0; x < pool.windowX; x++) {
      const pixel = y * pool.source.width + x;
      if (load<u8>(flags + <usize>(pixel * channels + c)) & SPIKED) return pixel;
    }
  }
  return 0;
}

function poolImage(pool: Pool, image: i32): void {
  const source = pool.source, target = pool.target;
  const channels = source.channels;
  let flags = target.flagsOf(image);
  let offsets = target.offsetsOf(image);
  let event = target.events + <usize>image * <usize>target.eventStride;
  let index = 0;
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const window = source.flagsOf(image) + <usize>((y * pool.windowY * source.width + x * pool.windowX) * channels);
      store<u32>(offsets, <u32>event);
      offsets += 4;
      for (let c = 0; c < channels; c++, index++, flags++) {
        const flag = load<u8>(window + <usize>(chosen(pool, window, c) * channels + c));
        store<u8>(flags, flag);
        store<u32>(event, index);
        event += (<usize>flag & SPIKED) << 2;
      }
    }
  }
  store<u32>(offsets, <u32>event);
}

export function poolForward(address: usize, _part: i32, from: i32, to: i32): void {
  const pool = changetype<Pool>(address);
  for (let t = 0; t < pool.timesteps; t++) {
    for (let sample = from; sample < to; sample++) poolImage(pool, t * pool.batch + sample);
  }
}

export function poolStartGradient(address: usize, _part: i32, from: i32, to: i32): void {
  const pool = changetype<Pool>(address);
  const bytes = <usize>pool.target.size * 4;
  for (let t = 0; t < pool.timesteps; t++) {
    memory.fill(pool.target.gradientOf(t * pool.batch + from), 0, <usize>(to - from) * bytes);
  }
}

function unpoolImage(pool: Pool, image: i32): void {
  const source = pool.source, target = pool.target;
  const channels = source.channels;
  let flags = target.flagsOf(image);
  let gradient = target.gradientOf(image);
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const first = (y * pool.windowY * source.width + x * pool.windowX) * channels;
      const window = source.flagsOf(image) + <usize>first;
      const to = source.gradientOf(image) + <usize>first * 4;
      for (let c = 0; c < channels; c++, flags++, gradient += 4) {
        if ((load<u8>(flags) & NEAR) == 0) continue;
        const at = to + <usize>(chosen(pool, window, c) * channels + c) * 4;
        store<f32>(at, load<f32>(at) + load<f32>(gradient));
      }
    }
  }
}

export function poolBackward(address: usize, _part: i32, from: i32, to: i32): void {
  const pool = changetype<Pool>(address);
  for (let t = 0; t < pool.timesteps; t++) {
    for (let sample = from; sample < to; sample++) unpoolImage(pool, t * pool.batch + sample);
  }
}
