import { findLevelMasks, findLevels, finishKeepGradients } from './keep';
import { findSteps, int8Step, mixedQuantization4, quantize4 } from './quantize';
import { isListed, listWeights } from './sparse-input-gradient';
import { DEPTHWISE, Edge, INPUT_DENSE, INPUT_DEPTHWISE, Weights } from './structs';

/**
 * CompConv weights: from the shared float tensor to effective weights in the kernels' layouts, and the straight-through gradients
 * back. One task a tensor; tensors are allocated in multiples of four floats, whose rest is never read.
 */

@inline
function maskOf(weights: Weights, i: i32): v128 {
  if (weights.score == 0) return v128.load32_splat(weights.levelMasks);
  const levels = weights.levels + <usize>i, masks = weights.levelMasks;
  return f32x4(
    load<f32>(masks + <usize>load<u8>(levels) * 4),
    load<f32>(masks + <usize>load<u8>(levels, 1) * 4),
    load<f32>(masks + <usize>load<u8>(levels, 2) * 4),
    load<f32>(masks + <usize>load<u8>(levels, 3) * 4),
  );
}

/** Every output channel with a step of its own; nothing is pruned or mixed. */
function prepareRows(weights: Weights): void {
  const length = weights.count / weights.rows;
  let from = weights.values, to = weights.effective;
  for (let row = 0; row < weights.rows; row++) {
    const step = int8Step(from, length);
    for (let i = 0; i < length; i++, from += 4, to += 4) {
      store<f32>(to, f32x4.extract_lane(quantize4(f32x4.splat(load<f32>(from)), 8, step), 0));
    }
  }
}

export function prepareWeights(address: usize): void {
  const weights = changetype<Weights>(address);
  if (weights.rows > 0) {
    findLevelMasks(weights);
    prepareRows(weights);
    if (weights.edge != 0) pack(weights, changetype<Edge>(weights.edge));
    return;
  }
  findSteps(weights);
  if (weights.score != 0) findLevels(weights);
  findLevelMasks(weights);
  for (let i = 0; i < weights.count; i += 4) {
    const at = <usize>i * 4;
    const value = mixedQuantization4(weights, v128.load(weights.values + at));
    v128.store(weights.effective + at, f32x4.mul(value, maskOf(weights, i)));
  }
  if (weights.edge != 0) pack(weights, changetype<Edge>(weights.edge));
}

/** From the parameter's layout to those of the kernels. */
function pack(weights: Weights, edge: Edge): void {
  const taps = edge.kernelY * edge.kernelX;
  const channels = edge.channels;
  let from = weights.effective;
  if (edge.kind == DEPTHWISE || edge.kind == INPUT_DEPTHWISE) {
    for (let c = 0; c < edge.realChannels; c++) {
      for (let tap = 0; tap < taps; tap++, from += 4) {
        store<f32>(edge.weights + <usize>(tap * channels + c) * 4, load<f32>(from));
      }
    }
    return;
  }
  if (edge.kind == INPUT_DENSE) {
    const perOutput = taps * edge.inChannels;
    for (let c = 0; c < edge.realChannels; c++) {
      for (let i = 0; i < perOutput; i++, from += 4) {
        store<f32>(edge.weights + <usize>(i * channels + c) * 4, load<f32>(from));
      }
    }
    return;
  }
  for (let s = 0; s < edge.sourceCount; s++) listWeights(edge, edge.source(s), weights.effective);
  for (let c = 0; c < edge.realChannels; c++) {
    for (let ky = 0; ky < edge.kernelY; ky++) {
      for (let kx = 0; kx < edge.kernelX; kx++) {
        const tap = ky * edge.kernelX + kx;
        const reversed = ky * edge.kernelX + edge.kernelX - 1 - kx;
        for (let s = 0; s < edge.sourceCount; s++) {
          const source = edge.source(s);
          let forward = source.weights + <usize>(tap * source.view.channels * channels + c) * 4;
          let backward = source.backWeights + <usize>(reversed * channels + c) * 4;
          if (isListed(source)) {
            for (let i = 0; i < source.channels; i++, from += 4, forward += <usize>channels * 4) {
              store<f32>(forward, load<f32>(from));
            }
            continue;
          }
          for (let i = 0; i < source.channels; i++, from += 4) {
            store<f32>(forward, load<f32>(from));
            store<f32>(backward, load<f32>(from));
            forward += <usize>channels * 4;
            backward += <usize>(taps * channels) * 4;
          }
        }
      }
    }
  }
}

/** Sum over the parts of one gradient, at a byte offset in the kernels' layout. */
@inline
function partSum(weights: Weights, offset: usize): f32 {
  let sum: f32 = 0;
  let at = weights.gradientParts + offset;
  for (let part = 0; part < weights.parts; part++, at += <usize>weights.gradientPartStride) sum += load<f32>(at);
  return sum;
}

/** Adds up the parts' gradients into `effective`, in the parameter's layout. */
function unpack(weights: Weights): void {
  let to = weights.effective;
  if (weights.edge == 0) {
    for (let i = 0; i < weights.count; i++, to += 4) store<f32>(to, partSum(weights, <usize>i * 4));
    return;
  }
  const edge = changetype<Edge>(weights.edge);
  const taps = edge.kernelY * edge.kernelX;
  const row = <usize>edge.channels * 4;
  if (edge.kind == DEPTHWISE || edge.kind == INPUT_DEPTHWISE || edge.kind == INPUT_DENSE) {
    const perOutput = edge.kind == INPUT_DENSE ? taps * edge.inChannels : taps;
    for (let c = 0; c < edge.realChannels; c++) {
      for (let i = 0; i < perOutput; i++, to += 4) store<f32>(to, partSum(weights, <usize>i * row + <usize>c * 4));
    }
    return;
  }
  for (let c = 0; c < edge.realChannels; c++) {
    for (let tap = 0; tap < taps; tap++) {
      for (let s = 0; s < edge.sourceCount; s++) {
        const source = edge.source(s);
        let offset = <usize>source.weightOffset + <usize>(tap * source.view.channels) * row + <usize>c * 4;
        for (let i = 0; i < source.channels; i++, to += 4, offset += row) store<f32>(to, partSum(weights, offset));
      }
    }
  }
}

/** Straight-through gradients of the tensor, its scores, and its mixes of widths and fractions. */
export function finishWeights(address: usize): void {
  const weights = changetype<Weights>(address);
  unpack(weights);
  memory.fill(weights.bitGradients, 0, <usize>weights.bitChoices * 8);
  memory.fill(weights.levelGradients, 0, <usize>(weights.keepChoices + 1) * 8);
  for (let i = 0; i < weights.count; i += 4) {
    const at = <usize>i * 4;
    const gradient = v128.load(weights.effective + at);
    const masked = f32x4.mul(gradient, maskOf(weights, i));
    v128.store(weights.gradient + at, masked);
    if (weights.score == 0 && weights.bitChoices == 1) continue;
    const w = v128.load(weights.values + at);
    if (weights.score != 0) {
      const products = f32x4.mul(gradient, mixedQuantization4(weights, w));
      v128.store(weights.scoreGradient + at, products);
      addLevels(weights, i);
    }
    if (weights.bitChoices > 1) addBits(weights, i, w, masked);
  }
  finishKeepGradients(weights);
}

/** The last vector's lanes behind the tensor's end hold rubbish. */
@inline
function lanesFrom(weights: Weights, i: i32): i32 {
  return min(4, weights.count - i);
}

function addLevels(weights: Weights, i: i32): void {
  for (let lane = 0, lanes = lanesFrom(weights, i); lane < lanes; lane++) {
    const sum = weights.levelGradients + <usize>load<u8>(weights.levels + <usize>(i + lane)) * 8;
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(weights.scoreGradient + <usize>(i + lane) * 4));
  }
}

function addBits(weights: Weights, i: i32, w: v128, masked: v128): void {
  const lanes = lanesFrom(weights, i);
  for (let choice = 0; choice < weights.bitChoices; choice++) {
    const at = <usize>choice * 4;
    const products = f32x4.mul(masked, quantize4(w, load<i32>(weights.bits + at), load<f32>(weights.steps + at)));
    let sum: f64 = <f64>f32x4.extract_lane(products, 0);
    if (lanes > 1) sum += <f64>f32x4.extract_lane(products, 1);
    if (lanes > 2) sum += <f64>f32x4.extract_lane(products, 2);
    if (lanes > 3) sum += <f64>f32x4.extract_lane(products, 3);
    const total = weights.bitGradients + <usize>choice * 8;
    store<f64>(total, load<f64>(total) + sum);
  }
}
