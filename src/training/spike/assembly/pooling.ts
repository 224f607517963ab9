import { maxPoolImage, maxUnpoolImage } from './max-pool';
import { NEAR, Pool, SPIKED } from './structs';

/**
 * Pooling of spikes: the maximum over a window, or its top left pixel. The gradient goes to the first element, in row order, that
 * equals the maximum; a pooled neuron therefore takes over that element's flags.
 */

const SPIKED_4: u32 = SPIKED * 0x01010101;
const NEAR_4: u32 = NEAR * 0x01010101;

/** Of each byte that is not zero, all bits. */
@inline
function bytesOf(ones: u32): u32 {
  return ones * 0xff;
}

/** Flags of a window's elements, four channels at a time: bytes of those that spiked. */
@inline
function spikesAt(flags: usize): u32 {
  return load<u32>(flags) & SPIKED_4;
}

/** Flags of the elements that stand for four channels of a window. */
@inline
function chosenFlags(pool: Pool, window: usize): u32 {
  let result = load<u32>(window);
  if (!pool.anySpike) return result;
  let found = result & SPIKED_4;
  const channels = pool.source.channels;
  for (let y = 0; y < pool.windowY; y++) {
    for (let x = 0; x < pool.windowX; x++) {
      const flags = window + <usize>((y * pool.source.width + x) * channels);
      const first = spikesAt(flags) & ~found;
      const bytes = bytesOf(first);
      result = (result & ~bytes) | (load<u32>(flags) & bytes);
      found |= first;
    }
  }
  return result;
}

@inline
function addEvent(event: usize, index: i32, spiked: u32): usize {
  store<u32>(event, index);
  return event + ((<usize>spiked & 1) << 2);
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
      for (let c = 0; c < channels; c += 4, index += 4, flags += 4) {
        const chosen = chosenFlags(pool, window + <usize>c);
        store<u32>(flags, chosen);
        event = addEvent(event, index, chosen);
        event = addEvent(event, index + 1, chosen >> 8);
        event = addEvent(event, index + 2, chosen >> 16);
        event = addEvent(event, index + 3, chosen >> 24);
      }
    }
  }
  store<u32>(offsets, <u32>event);
}

export function poolForward(address: usize, _part: i32, from: i32, to: i32): void {
  const pool = changetype<Pool>(address);
  for (let t = 0; t < pool.timesteps; t++) {
    for (let sample = from; sample < to; sample++) {
      const image = t * pool.batch + sample;
      if (pool.source.values == 0) poolImage(pool, image);
      else maxPoolImage(pool, image);
    }
  }
}

export function poolStartGradient(address: usize, _part: i32, from: i32, to: i32): void {
  const pool = changetype<Pool>(address);
  const bytes = <usize>pool.target.size * 4;
  for (let t = 0; t < pool.timesteps; t++) {
    memory.fill(pool.target.gradientOf(t * pool.batch + from), 0, <usize>(to - from) * bytes);
  }
}

/** Adds four gradients where the bytes of `taken` are 1. */
@inline
function addTaken(taken: u32, gradient: v128, to: usize): void {
  if (taken == 0) return;
  const bytes = i32x4.splat(bytesOf(taken));
  const lanes = v128.shuffle<i8>(bytes, bytes, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  v128.store(to, f32x4.add(v128.load(to), v128.and(gradient, lanes)));
}

/** One window's gradient of four channels, of which `wanted` (bytes of 1) matter. */
@inline
function unpoolWindow(pool: Pool, window: usize, to: usize, gradient: v128, wanted: u32): void {
  if (!pool.anySpike) return addTaken(wanted, gradient, to);
  const source = pool.source;
  let left = wanted;
  for (let y = 0; y < pool.windowY; y++) {
    for (let x = 0; x < pool.windowX; x++) {
      const element = <usize>((y * source.width + x) * source.channels);
      const taken = spikesAt(window + element) & left;
      addTaken(taken, gradient, to + element * 4);
      left &= ~taken;
    }
  }
  addTaken(left, gradient, to);
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
      for (let c: usize = 0; c < <usize>channels; c += 4, flags += 4, gradient += 16) {
        const wanted = (load<u32>(flags) & NEAR_4) >> 1;
        if (wanted != 0) unpoolWindow(pool, window + c, to + c * 4, v128.load(gradient), wanted);
      }
    }
  }
}

export function poolBackward(address: usize, _part: i32, from: i32, to: i32): void {
  const pool = changetype<Pool>(address);
  for (let t = 0; t < pool.timesteps; t++) {
    for (let sample = from; sample < to; sample++) {
      const image = t * pool.batch + sample;
      if (pool.source.values == 0) unpoolImage(pool, image);
      else maxUnpoolImage(pool, image);
    }
  }
}
