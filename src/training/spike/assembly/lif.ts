import { identityForward } from './identity';
import { addBackSums } from './norm';
import { exp4, madd } from './simd';
import { Edge, IDENTITY, Population } from './structs';

/**
 * Leaky integrate-and-fire neurons over all timesteps: `u = decay * v + I; s = u > threshold; v = u * (1 - s)`. Only u is kept; v of
 * the step before follows from it.
 */

/** Four bits as the lowest bits of four bytes. */
@inline
export function spread(mask: u32): u32 {
  return (mask * 0x00204081) & 0x01010101;
}

@inline
function firstCurrent(out: usize, size: usize, row: usize, bias: usize, x: usize, scale: usize): void {
  for (let at: usize = 0; at < size; at += row) {
    for (let c: usize = 0; c < row; c += 16) {
      v128.store(out + at + c, madd(v128.load(x + at + c), v128.load(scale + c), v128.load(bias + c)));
    }
  }
}

@inline
function nextCurrents(out: usize, size: usize, row: usize, x0: usize, scale0: usize, x1: usize, scale1: usize): void {
  for (let at: usize = 0; at < size; at += row) {
    for (let c: usize = 0; c < row; c += 16) {
      const first = madd(v128.load(x0 + at + c), v128.load(scale0 + c), v128.load(out + at + c));
      v128.store(out + at + c, madd(v128.load(x1 + at + c), v128.load(scale1 + c), first));
    }
  }
}

@inline
function biasAlone(out: usize, size: usize, row: usize, bias: usize): void {
  for (let at: usize = 0; at < size; at += row) memory.copy(out + at, bias, row);
}

@inline
function imageOf(edge: Edge, t: i32, sample: i32): usize {
  return edge.currentOf(edge.fromInput ? sample : t * edge.batch + sample);
}

/** Sum of the normalized, gated currents of all edges of one image. */
export function sumCurrents(population: Population, part: i32, t: i32, sample: i32, out: usize): void {
  const row = <usize>population.view.channels * 4;
  const size = <usize>population.view.size * 4;
  const own = <usize>part * row;
  const bias = population.bias + own;
  let summed = 0;
  let waiting = -1;
  for (let i = 0; i < population.edgeCount; i++) {
    const edge = population.edge(i);
    if (edge.kind == IDENTITY) continue;
    const x = imageOf(edge, t, sample);
    if (summed++ == 0) {
      firstCurrent(out, size, row, bias, x, edge.scale + own);
    } else if (waiting < 0) {
      waiting = i;
    } else {
      const other = population.edge(waiting);
      nextCurrents(out, size, row, imageOf(other, t, sample), other.scale + own, x, edge.scale + own);
      waiting = -1;
    }
  }
  if (summed == 0) biasAlone(out, size, row, bias);
  if (waiting >= 0) {
    const edge = population.edge(waiting);
    firstCurrentOnto(out, size, row, imageOf(edge, t, sample), edge.scale + own);
  }
  for (let i = 0; i < population.edgeCount; i++) {
    const edge = population.edge(i);
    if (edge.kind == IDENTITY) identityForward(edge, t * population.batch + sample, edge.scale + own, out);
  }
}

@inline
function firstCurrentOnto(out: usize, size: usize, row: usize, x: usize, scale: usize): void {
  for (let at: usize = 0; at < size; at += row) {
    for (let c: usize = 0; c < row; c += 16) {
      v128.store(out + at + c, madd(v128.load(x + at + c), v128.load(scale + c), v128.load(out + at + c)));
    }
  }
}

/** Turns the image of currents at `u` into membranes; writes flags, events and offsets. */
function fire(population: Population, t: i32, image: i32, u: usize): void {
  const view = population.view;
  const channels = view.channels;
  const decay = f32x4.splat(population.neuron.decay);
  const threshold = f32x4.splat(population.neuron.threshold);
  const nearEnd = f32x4.splat(population.neuron.threshold * 2);
  const zero = f32x4.splat(0);
  const before = <usize>(population.batch * view.size) * 4;
  let flags = view.flagsOf(image);
  let offsets = view.offsetsOf(image);
  let event = view.events + <usize>image * <usize>view.eventStride;
  let index = i32x4(0, 1, 2, 3);
  for (let pixel = 0; pixel < view.positions; pixel++) {
    store<u32>(offsets, <u32>event);
    offsets += 4;
    for (let c = 0; c < channels; c += 4) {
      let membrane = v128.load(u);
      if (t > 0) {
        const previous = v128.load(u - before);
        membrane = f32x4.add(f32x4.mul(v128.andnot(previous, f32x4.gt(previous, threshold)), decay), membrane);
        v128.store(u, membrane);
      }
      const spikes = i32x4.bitmask(f32x4.gt(membrane, threshold));
      const near = i32x4.bitmask(v128.and(f32x4.gt(membrane, zero), f32x4.lt(membrane, nearEnd)));
      store<u32>(flags, spread(spikes) | (spread(near) << 1));
      v128.store(event, i8x16.swizzle(index, v128.load(population.compaction + (<usize>spikes << 4))));
      event += <usize>popcnt(spikes) << 2;
      index = i32x4.add(index, i32x4.splat(4));
      flags += 4;
      u += 16;
    }
  }
  store<u32>(offsets, <u32>event);
}

export function lifForward(address: usize, part: i32, from: i32, to: i32): void {
  const population = changetype<Population>(address);
  for (let sample = from; sample < to; sample++) {
    for (let t = 0; t < population.timesteps; t++) {
      const image = t * population.batch + sample;
      const u = population.membraneOf(image);
      sumCurrents(population, part, t, sample, u);
      fire(population, t, image, u);
    }
  }
}

/** Starts dL/dspike from the gradient of the population's firing rates. */
export function startGradient(address: usize, _part: i32, from: i32, to: i32): void {
  const population = changetype<Population>(address);
  const bytes = <usize>population.view.size * 4;
  for (let t = 0; t < population.timesteps; t++) {
    const value = v128.load32_splat(population.rateGradient + <usize>t * 4);
    const end = population.view.gradientOf(t * population.batch + from) + <usize>(to - from) * bytes;
    for (let at = population.view.gradientOf(t * population.batch + from); at < end; at += 16) v128.store(at, value);
  }
}

/**
 * One image, last timestep first: `dL/du = dL/ds * h + dL/dv * ((1 - s) - u * h)` replaces dL/ds; `carried` holds dL/dv of this step
 * and receives that of the step before. h is the surrogate `(1 - tanh^2(b (u - threshold))) * b / (2 tanh(b / 2))` on
 * 0 < u < 2 * threshold, else 0.
 */
function backThroughFire(population: Population, image: i32, carried: usize): void {
  const neuron = population.neuron;
  const decay = f32x4.splat(neuron.decay);
  const threshold = f32x4.splat(neuron.threshold);
  const nearEnd = f32x4.splat(neuron.threshold * 2);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const steep = f32x4.splat(neuron.sharpness * 2);
  // 1 - tanh^2(x) = 4 e^2x / (1 + e^2x)^2
  const height = f32x4.splat(neuron.surrogateScale * 4);
  let u = population.membraneOf(image);
  let g = population.view.gradientOf(image);
  const end = u + <usize>population.view.size * 4;
  for (; u < end; u += 16, g += 16, carried += 16) {
    const membrane = v128.load(u);
    const near = v128.and(f32x4.gt(membrane, zero), f32x4.lt(membrane, nearEnd));
    const power = exp4(v128.and(near, f32x4.mul(f32x4.sub(membrane, threshold), steep)));
    const sum = f32x4.add(power, one);
    const surrogate = v128.and(near, f32x4.div(f32x4.mul(height, power), f32x4.mul(sum, sum)));
    const kept = v128.andnot(one, f32x4.gt(membrane, threshold));
    const reset = f32x4.sub(kept, f32x4.mul(membrane, surrogate));
    const gradient = f32x4.add(f32x4.mul(v128.load(g), surrogate), f32x4.mul(v128.load(carried), reset));
    v128.store(g, gradient);
    v128.store(carried, f32x4.mul(gradient, decay));
  }
}

/** From dL/dspike to dL/dI (in its place), and the sums that the edges' normalization needs. */
export function lifBackward(address: usize, part: i32, from: i32, to: i32): void {
  const population = changetype<Population>(address);
  const sumBytes = <usize>population.view.channels * 8;
  memory.fill(population.backSums + <usize>part * sumBytes, 0, sumBytes);
  for (let i = 0; i < population.edgeCount; i++) {
    memory.fill(population.edge(i).backSums + <usize>part * sumBytes, 0, sumBytes);
  }
  const carried = population.scratch + <usize>part * <usize>population.scratchStride;
  for (let sample = from; sample < to; sample++) {
    memory.fill(carried, 0, <usize>population.view.size * 4);
    for (let t = population.timesteps - 1; t >= 0; t--) {
      backThroughFire(population, t * population.batch + sample, carried);
      addBackSums(population, part, t, sample);
    }
  }
}
