import { NEAR, Pool, SPIKED } from './structs';

/**
 * Pooling of activations: the largest of a window, the first of equal ones, or the top left pixel. As with spikes the pooled neuron takes
 * over the flags of the element that stands for it, and hands its gradient to that element.
 */

/** Offset in elements, from the window's top left pixel, of what stands for one channel of it. */
@inline
function chosenElement(pool: Pool, window: usize): usize {
  if (!pool.anySpike) return 0;
  const channels = pool.source.channels;
  let chosen: usize = 0;
  let largest = load<f32>(window);
  for (let y = 0; y < pool.windowY; y++) {
    for (let x = 0; x < pool.windowX; x++) {
      const element = <usize>((y * pool.source.width + x) * channels);
      const value = load<f32>(window + element * 4);
      if (value > largest) {
        largest = value;
        chosen = element;
      }
    }
  }
  return chosen;
}

export function maxPoolImage(pool: Pool, image: i32): void {
  const source = pool.source, target = pool.target;
  const channels = source.channels;
  let flags = target.flagsOf(image);
  let offsets = target.offsetsOf(image);
  let values = target.valuesOf(image);
  let event = target.events + <usize>image * <usize>target.eventStride;
  let index = 0;
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const first = <usize>((y * pool.windowY * source.width + x * pool.windowX) * channels);
      store<u32>(offsets, <u32>event);
      offsets += 4;
      for (let c = 0; c < channels; c++, index++, flags++, values += 4) {
        const own = first + <usize>c;
        const chosen = own + chosenElement(pool, source.valuesOf(image) + own * 4);
        const flag = load<u8>(source.flagsOf(image) + chosen);
        store<f32>(values, load<f32>(source.valuesOf(image) + chosen * 4));
        store<u8>(flags, flag);
        store<u32>(event, index);
        event += (<usize>flag & <usize>SPIKED) << 2;
      }
    }
  }
  store<u32>(offsets, <u32>event);
}

export function maxUnpoolImage(pool: Pool, image: i32): void {
  const source = pool.source, target = pool.target;
  const channels = source.channels;
  let flags = target.flagsOf(image);
  let gradient = target.gradientOf(image);
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const first = <usize>((y * pool.windowY * source.width + x * pool.windowX) * channels);
      for (let c = 0; c < channels; c++, flags++, gradient += 4) {
        if ((load<u8>(flags) & NEAR) == 0) continue;
        const own = first + <usize>c;
        const chosen = own + chosenElement(pool, source.valuesOf(image) + own * 4);
        const to = source.gradientOf(image) + chosen * 4;
        store<f32>(to, load<f32>(to) + load<f32>(gradient));
      }
    }
  }
}
