import { spread, sumCurrents } from './lif';
import { addBackSums } from './norm';
import { Population } from './structs';

/**
 * Artificial neurons of 8 bits, for one timestep: `a = round(min(max(u, 0), CLIP) / step) * step`, derivative 1 on 0 < u < CLIP. They leave
 * what spiking ones leave (flags, events, offsets), and their values beside it: the kernels behind them visit only what is not 0.
 */

/** RELU8_CLIP and RELU8_LEVELS of ../../graph.ts. */
const CLIP: f32 = 6;
const LEVELS: f32 = 255;
const STEP: f32 = CLIP / LEVELS;

function activate(population: Population, image: i32, u: usize): void {
  const view = population.view;
  const channels = view.channels;
  const zero = f32x4.splat(0);
  const clip = f32x4.splat(CLIP);
  let flags = view.flagsOf(image);
  let offsets = view.offsetsOf(image);
  let values = view.valuesOf(image);
  let event = view.events + <usize>image * <usize>view.eventStride;
  let index = i32x4(0, 1, 2, 3);
  for (let pixel = 0; pixel < view.positions; pixel++) {
    store<u32>(offsets, <u32>event);
    offsets += 4;
    for (let c = 0; c < channels; c += 4) {
      const potential = v128.load(u);
      const inside = f32x4.max(f32x4.min(potential, clip), zero);
      const level = f32x4.nearest(f32x4.mul(inside, f32x4.splat(1 / STEP)));
      v128.store(values, f32x4.mul(level, f32x4.splat(STEP)));
      const active = i32x4.bitmask(f32x4.gt(level, zero));
      const near = i32x4.bitmask(v128.and(f32x4.gt(potential, zero), f32x4.lt(potential, clip)));
      store<u32>(flags, spread(active) | (spread(near) << 1));
      v128.store(event, i8x16.swizzle(index, v128.load(population.compaction + (<usize>active << 4))));
      event += <usize>popcnt(active) << 2;
      index = i32x4.add(index, i32x4.splat(4));
      flags += 4;
      values += 16;
      u += 16;
    }
  }
  store<u32>(offsets, <u32>event);
}

export function reluForward(address: usize, part: i32, from: i32, to: i32): void {
  const population = changetype<Population>(address);
  for (let sample = from; sample < to; sample++) {
    const u = population.membraneOf(sample);
    sumCurrents(population, part, 0, sample, u);
    activate(population, sample, u);
  }
}

/** From dL/da to dL/dI (in its place), and the sums that the edges' normalization needs. */
export function reluBackward(address: usize, part: i32, from: i32, to: i32): void {
  const population = changetype<Population>(address);
  const sumBytes = <usize>population.view.channels * 8;
  memory.fill(population.backSums + <usize>part * sumBytes, 0, sumBytes);
  for (let i = 0; i < population.edgeCount; i++) {
    memory.fill(population.edge(i).backSums + <usize>part * sumBytes, 0, sumBytes);
  }
  const zero = f32x4.splat(0);
  const clip = f32x4.splat(CLIP);
  for (let sample = from; sample < to; sample++) {
    let u = population.membraneOf(sample);
    let g = population.view.gradientOf(sample);
    const end = u + <usize>population.view.size * 4;
    for (; u < end; u += 16, g += 16) {
      const potential = v128.load(u);
      const near = v128.and(f32x4.gt(potential, zero), f32x4.lt(potential, clip));
      v128.store(g, v128.and(v128.load(g), near));
    }
    addBackSums(population, part, 0, sample);
  }
}
