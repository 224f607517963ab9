import { identitySums } from './identity';
import { addToDoubles, madd } from './simd';
import { Edge, IDENTITY, Population } from './structs';

/**
 * Batch normalization, folded with the gate into `scale[c] * current + bias[c]`. Sums are float32 within an image, float64 across
 * images and parts, and always added in the order of the parts: results do not depend on the number of threads.
 */

const EPSILON: f64 = 1e-5;

/** Adds sums (f64 `[channels]`) and sums of squares (f64 `[channels]`, behind them) of one image. */
export function addImageSums(image: usize, positions: i32, channels: i32, sums: usize): void {
  const row = <usize>channels * 4;
  const squares = sums + row * 2;
  for (let c: usize = 0; c < row; c += 16) {
    let sum = f32x4.splat(0), square = f32x4.splat(0);
    let x = image + c;
    for (let i = 0; i < positions; i++, x += row) {
      const value = v128.load(x);
      sum = f32x4.add(sum, value);
      square = madd(value, value, square);
    }
    addToDoubles(sums + c * 2, sum);
    addToDoubles(squares + c * 2, square);
  }
}

@inline
function totalOf(sums: usize, stride: usize, parts: i32): f64 {
  let total: f64 = 0;
  for (let part = 0; part < parts; part++) total += load<f64>(sums + <usize>part * stride);
  return total;
}

@inline
function elementsOf(edge: Edge): f64 {
  return <f64>(edge.steps * edge.batch * edge.height * edge.width);
}

@inline
function coefficients(population: Population, part: i32, training: bool): void {
  const channels = population.view.channels;
  const row = <usize>(part * channels) * 4;
  memory.fill(population.bias + row, 0, <usize>channels * 4);
  for (let i = 0; i < population.edgeCount; i++) {
    const edge = population.edge(i);
    const gate = load<f32>(edge.gate);
    for (let c = 0; c < edge.realChannels; c++) {
      const at = <usize>c * 4;
      const gamma = load<f32>(edge.gamma + at);
      if (edge.kind == IDENTITY) {
        store<f32>(edge.scale + row + at, gate * gamma);
        continue;
      }
      let mean: f64, variance: f64;
      if (training) {
        const sums = edge.sums + <usize>c * 8;
        const stride = <usize>channels * 16;
        mean = totalOf(sums, stride, edge.parts) / elementsOf(edge);
        variance = max(0, totalOf(sums + <usize>channels * 8, stride, edge.parts) / elementsOf(edge) - mean * mean);
        if (part == 0) {
          const momentum = <f64>load<f32>(population.momentum);
          const oldMean = <f64>load<f32>(edge.runningMean + at), oldVariance = <f64>load<f32>(edge.runningVariance + at);
          store<f32>(edge.runningMean + at, <f32>(oldMean + momentum * (mean - oldMean)));
          store<f32>(edge.runningVariance + at, <f32>(oldVariance + momentum * (variance - oldVariance)));
        }
      } else {
        mean = <f64>load<f32>(edge.runningMean + at);
        variance = <f64>load<f32>(edge.runningVariance + at);
      }
      const inverse = 1 / Math.sqrt(variance + EPSILON);
      const scale = <f64>gate * <f64>gamma * inverse;
      store<f32>(edge.mean + row + at, <f32>mean);
      store<f32>(edge.inverseDeviation + row + at, <f32>inverse);
      store<f32>(edge.scale + row + at, <f32>scale);
      const bias = population.bias + row + at;
      store<f32>(bias, <f32>(<f64>load<f32>(bias) + <f64>gate * <f64>load<f32>(edge.beta + at) - scale * mean));
    }
  }
}

/** Scale and bias of every edge from the batch's statistics, which also move the running ones. Each part makes its own copy. */
export function batchCoefficients(address: usize, part: i32, _from: i32, _to: i32): void {
  coefficients(changetype<Population>(address), part, true);
}

export function runningCoefficients(address: usize, part: i32, _from: i32, _to: i32): void {
  coefficients(changetype<Population>(address), part, false);
}

/** For one image, adds what the gradients of gamma, beta and the gate need: sums of dL/dI, and of dL/dI * (current - mean). */
export function addBackSums(population: Population, part: i32, t: i32, sample: i32): void {
  const view = population.view;
  const image = t * population.batch + sample;
  const gradient = view.gradientOf(image);
  const row = <usize>view.channels * 4;
  const positions = view.positions;
  const sums = population.backSums + <usize>part * row * 2;
  for (let c: usize = 0; c < row; c += 16) {
    let sum = f32x4.splat(0);
    let g = gradient + c;
    for (let i = 0; i < positions; i++, g += row) sum = f32x4.add(sum, v128.load(g));
    addToDoubles(sums + c * 2, sum);
  }
  for (let i = 0; i < population.edgeCount; i++) {
    const edge = population.edge(i);
    const edgeSums = edge.backSums + <usize>part * row * 2;
    if (edge.kind == IDENTITY) {
      identitySums(edge, image, edgeSums);
      continue;
    }
    const current = edge.currentOf(edge.fromInput ? sample : image);
    for (let c: usize = 0; c < row; c += 16) {
      const mean = v128.load(edge.mean + <usize>part * row + c);
      let sum = f32x4.splat(0);
      let g = gradient + c, x = current + c;
      for (let k = 0; k < positions; k++, g += row, x += row) {
        sum = madd(v128.load(g), f32x4.sub(v128.load(x), mean), sum);
      }
      addToDoubles(edgeSums + c * 2, sum);
    }
  }
}

/**
 * Gradients of gamma, beta, gain and gate, and per edge the coefficients of
 * `dL/dcurrent = a * (dL/dI - b - d * (current - mean))`. (With the differences taken first nothing is left of rounding where the
 * batch is all alike and a is large.) Each part makes its own copy; the first one writes the gradients.
 */
export function backCoefficients(address: usize, part: i32, _from: i32, _to: i32): void {
  const population = changetype<Population>(address);
  const channels = population.view.channels;
  const row = <usize>channels * 4;
  for (let i = 0; i < population.edgeCount; i++) {
    const edge = population.edge(i);
    const gate = <f64>load<f32>(edge.gate);
    const target = edge.backCoefficients + <usize>part * row * 3;
    let gateGradient: f64 = 0;
    for (let c = 0; c < edge.realChannels; c++) {
      const at = <usize>c * 4;
      const own = <usize>part * row + at;
      const gradients = totalOf(population.backSums + at * 2, row * 2, population.parts);
      const products = totalOf(edge.backSums + at * 2, row * 2, population.parts);
      const gamma = <f64>load<f32>(edge.gamma + at);
      if (edge.kind == IDENTITY) {
        gateGradient += gamma * products;
        if (part == 0) store<f32>(edge.gammaGradient + at, <f32>(gate * products));
        continue;
      }
      const inverse = <f64>load<f32>(edge.inverseDeviation + own);
      store<f32>(target + at, <f32>(gate * gamma * inverse));
      store<f32>(target + row + at, <f32>(gradients / elementsOf(edge)));
      store<f32>(target + row * 2 + at, <f32>((inverse * inverse * products) / elementsOf(edge)));
      gateGradient += gamma * inverse * products + <f64>load<f32>(edge.beta + at) * gradients;
      if (part == 0) {
        store<f32>(edge.gammaGradient + at, <f32>(gate * inverse * products));
        store<f32>(edge.betaGradient + at, <f32>(gate * gradients));
      }
    }
    if (part == 0) store<f64>(edge.gateGradient, load<f64>(edge.gateGradient) + gateGradient);
  }
}

@inline
function normGradient(a: usize, row: usize, mean: usize, gradient: v128, current: v128): v128 {
  const distance = f32x4.mul(v128.load(a + row * 2), f32x4.sub(current, v128.load(mean)));
  return f32x4.mul(v128.load(a), f32x4.sub(f32x4.sub(gradient, v128.load(a + row)), distance));
}

/** Replaces the image of currents by its gradient. */
export function spikeGradientOfNorm(edge: Edge, part: i32, image: i32): void {
  const row = <usize>edge.channels * 4;
  const a = edge.backCoefficients + <usize>part * row * 3;
  const mean = edge.mean + <usize>part * row;
  let g = edge.target.gradientOf(image);
  let x = edge.currentOf(image);
  const end = x + <usize>edge.size * 4;
  while (x < end) {
    for (let c: usize = 0; c < row; c += 16) {
      v128.store(x + c, normGradient(a + c, row, mean + c, v128.load(g + c), v128.load(x + c)));
    }
    x += row;
    g += row;
  }
}

/** The same for a sample's current from the input, which served all timesteps. */
export function inputGradientOfNorm(edge: Edge, part: i32, sample: i32): void {
  const row = <usize>edge.channels * 4;
  const a = edge.backCoefficients + <usize>part * row * 3;
  const mean = edge.mean + <usize>part * row;
  const stepBytes = <usize>(edge.batch * edge.size) * 4;
  let first = edge.target.gradientOf(sample);
  let x = edge.currentOf(sample);
  const end = x + <usize>edge.size * 4;
  while (x < end) {
    for (let c: usize = 0; c < row; c += 16) {
      let sum = f32x4.splat(0);
      let g = first + c;
      for (let t = 0; t < edge.timesteps; t++, g += stepBytes) sum = f32x4.add(sum, v128.load(g));
      v128.store(x + c, normGradient(a + c, row, mean + c, sum, v128.load(x + c)));
    }
    x += row;
    first += row;
  }
}
