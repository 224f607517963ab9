import { INPUT_SOURCE, type ConvEdge, type Edge, type IntegerModel, type Layer } from '../../model/types.js';
import { pooledSourceShape } from '../../model/shapes.js';
import { poolingOf, readsInput, scalesItself } from './edges.js';
import { pixelBytes } from './lifetimes.js';
import { wholeLayerWork } from './row-work.js';
import type { EdgePlan, LayerPlan } from './types.js';
import { expectedBursts } from './bursts.js';
import { windowCounts, type WindowCounts } from './windows.js';
import type { Work } from './work.js';

/** What is known, or assumed, about activity. */
export interface PlanningRates {
  /** Spikes a neuron and timestep, one a layer. */
  readonly layers: readonly number[];
  /** Share of the int8 input that is not zero. */
  readonly input: number;
}

/** Work of one edge in one inference, under the name of its kernel. */
export function edgeWork(
  model: IntegerModel,
  layer: Layer,
  edge: Edge,
  plan: EdgePlan,
  lif: LayerPlan['lif'],
  rates: PlanningRates,
): Work {
  if (lif === 'rows' || lif === 'wide' || lif === 'stem')
    return wholeLayerWork(model, layer, edge, plan, lif, rates);
  const work = rawWork(model, layer, edge, plan, rates);
  const named = Object.entries(work).map(([part, count]): [string, number] => [
    `${plan.kernel}.${part}`,
    count,
  ]);
  return { ...Object.fromEntries(named), ...scaleWork(model, layer, edge, plan) };
}

function rawWork(model: IntegerModel, layer: Layer, edge: Edge, plan: EdgePlan, rates: PlanningRates): Work {
  const source = pooledSourceShape(model, edge.source);
  const { channels } = layer.shape;
  const pixels = layer.shape.height * layer.shape.width;
  const steps = pixels * model.timesteps;
  const active = activeChannels(model, edge, rates);
  if (edge.kind === 'identity') {
    const bytes = sourceBytes(model, edge);
    return { pixel: steps, byte: steps * bytes, event: steps * active, channel: steps * channels };
  }
  const window = windowCounts(edge, source, layer.shape);
  if (plan.kernel === 'reference') {
    const repeats = readsInput(edge) ? 1 : model.timesteps;
    const products =
      edge.kernel.height * edge.kernel.width * (edge.depthwise ? 1 : source.channels) * channels;
    return { pixel: pixels * repeats, product: pixels * repeats * products, valid: window.taps * repeats };
  }
  if (readsInput(edge)) return inputWork(edge, window, source.channels, layer, rates.input);
  return edge.depthwise
    ? depthwiseWork(model, edge, window, active, layer)
    : gatherWork(model, layer, edge, plan, window, active);
}

/** A pass over the channels with multipliers, where the kernel does not do it itself. */
function scaleWork(model: IntegerModel, layer: Layer, edge: Edge, plan: EdgePlan): Work {
  if (scalesItself(plan)) return {};
  const pixels = layer.shape.height * layer.shape.width * (readsInput(edge) ? 1 : model.timesteps);
  const kind = plan.multiplier.kind === 'uniform' ? 'uniform' : plan.multiplier.type;
  return { [`scale-${kind}.pixel`]: pixels, [`scale-${kind}.channel`]: pixels * layer.shape.channels };
}

function inputWork(edge: ConvEdge, window: WindowCounts, inputs: number, layer: Layer, rate: number): Work {
  const { channels } = layer.shape;
  const values = window.taps * inputs;
  const products = edge.depthwise ? values : values * rate * channels;
  return {
    pixel: window.pixels,
    channel: window.pixels * channels,
    windowRow: window.rows,
    tap: window.taps,
    value: values,
    used: values * rate,
    product: products,
    quad: edge.depthwise ? 0 : values * rate * Math.floor(channels / 4),
  };
}

function depthwiseWork(
  model: IntegerModel,
  edge: ConvEdge,
  window: WindowCounts,
  active: number,
  layer: Layer,
): Work {
  const { timesteps } = model;
  const bytes = sourceBytes(model, edge);
  return {
    once: window.pixels,
    pixel: window.pixels * timesteps,
    channel: window.pixels * timesteps * layer.shape.channels,
    word: window.pixels * timesteps * Math.ceil(layer.shape.channels / 32),
    windowRow: window.rows * timesteps,
    tap: window.taps * timesteps * edge.source.layers.length,
    tapByte: window.taps * timesteps * bytes,
    tapWord: window.taps * timesteps * Math.ceil(bytes / 4),
    event: window.taps * timesteps * active,
  };
}

/** A dense convolution of spikes: listing them (by window, or by row of output pixels), then adding rows of weights. */
function gatherWork(
  model: IntegerModel,
  layer: Layer,
  edge: ConvEdge,
  plan: EdgePlan,
  window: WindowCounts,
  active: number,
): Work {
  const { timesteps } = model;
  const { channels } = layer.shape;
  const source = pooledSourceShape(model, edge.source);
  const bytes = sourceBytes(model, edge);
  const steps = window.pixels * timesteps;
  const events = window.taps * timesteps * active;
  const blocks = Math.floor(channels / 32);
  const half = Math.floor((channels % 32) / 16);
  const quads = Math.ceil((channels % 16) / 4);
  const bursts =
    steps *
    expectedBursts(
      (window.taps / window.pixels) * source.channels,
      active / source.channels,
      plan.lanes?.burst,
    );
  const sideBySide = edge.source.layers.length === 1 && source.channels % 8 === 0;
  const rowBytes = (window.taps / Math.max(1, window.rows)) * bytes;
  const kept = edge.codes.reduce((sum, code) => sum + Number(code !== 0), 0) / edge.codes.length;
  const digits = edge.codes.reduce((sum, code) => sum + setBits(Math.abs(code)), 0);
  return {
    once: window.pixels,
    line: window.outputRows * timesteps,
    pixel: steps,
    channel: steps * channels,
    windowRow: window.rows * timesteps,
    // Runs of bytes are read a word at a time, the rest byte by byte.
    tap: sideBySide ? 0 : window.taps * timesteps * edge.source.layers.length,
    word: sideBySide
      ? window.rows * timesteps * Math.floor(rowBytes / 4)
      : window.taps * timesteps * Math.floor(bytes / 4),
    tail: sideBySide ? window.rows * timesteps * (rowBytes % 4) : window.taps * timesteps * (bytes % 4),
    // The same, listed once for a whole row of output pixels.
    lineRow: window.lines * timesteps,
    lineWord: window.lines * timesteps * Math.ceil((source.width * bytes) / 4),
    lineEvent: window.lines * timesteps * source.width * active,
    event: events,
    eventBlock: events * blocks,
    eventHalf: events * half,
    eventQuad: events * quads,
    product: events * channels,
    keptProduct: events * channels * kept,
    burst: bursts,
    burstBlock: bursts * blocks,
    burstHalf: bursts * half,
    burstQuad: bursts * quads,
    // Lanes of 32 pixels, a list of digits: no spike is looked at.
    digitWord: digits * timesteps * Math.ceil(window.pixels / 32),
  };
}

function setBits(value: number): number {
  let bits = 0;
  for (let left = value; left !== 0; left &= left - 1) bits++;
  return bits;
}

/** Bytes of a source's pixel, all its layers together. */
export function sourceBytes(model: IntegerModel, edge: Edge): number {
  return edge.source.layers.reduce((sum, layer) => sum + pixelBytes(model.layers[layer].shape.channels), 0);
}

/** Channels that fire in a pixel of the source at one timestep, after pooling: an OR fires when one of its window does. */
export function activeChannels(model: IntegerModel, edge: Edge, rates: PlanningRates): number {
  const pooling = poolingOf(edge);
  const window = pooling?.kind === 'or' ? pooling.height * pooling.width : 1;
  return edge.source.layers.reduce((sum, layer) => {
    if (layer === INPUT_SOURCE) return sum + model.input.channels;
    return sum + model.layers[layer].shape.channels * (1 - (1 - rates.layers[layer]) ** window);
  }, 0);
}
