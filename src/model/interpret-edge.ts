import { elementsOf, type Pooling, type Shape } from '../core/geometry.js';
import { pooledSourceShape } from './shapes.js';
import { INPUT_SOURCE, type ConvEdge, type Edge, type IntegerModel, type Layer } from './types.js';

/** What edges read during an inference. */
export interface Sources {
  readonly input: Int8Array;
  /** Of the layers done so far, each `[timestep][height][width][channel]`. */
  readonly spikes: readonly Uint8Array[];
  readonly layers: readonly Layer[];
}

/** An edge with its buffers, and its weights in the order in which they are used. */
export interface PreparedEdge {
  readonly edge: Edge;
  readonly readsInput: boolean;
  /** Shape of the source, concatenated and pooled. */
  readonly shape: Shape;
  readonly values: Uint8Array;
  readonly outShape: Shape;
  /** `[height][width][channel]` of the layer: the sum of the current timestep. */
  readonly accumulator: Int32Array;
  /** `[kernelY][kernelX][inChannel][outChannel]`, depthwise `[kernelY][kernelX][channel]`; empty for an identity. */
  readonly weights: Int8Array;
}

export function prepareEdge(
  model: Pick<IntegerModel, 'input' | 'layers'>,
  layer: Pick<Layer, 'shape'>,
  edge: Edge,
): PreparedEdge {
  const shape = pooledSourceShape(model, edge.source);
  return {
    edge,
    readsInput: edge.source.layers[0] === INPUT_SOURCE,
    shape,
    values: new Uint8Array(elementsOf(shape)),
    outShape: layer.shape,
    accumulator: new Int32Array(elementsOf(layer.shape)),
    weights: edge.kind === 'conv' ? outputChannelLast(edge.codes, layer.shape.channels) : new Int8Array(0),
  };
}

/** `[outChannel][rest]` to `[rest][outChannel]`. */
function outputChannelLast(codes: Int8Array, outChannels: number): Int8Array {
  const rest = codes.length / outChannels;
  const moved = new Int8Array(codes.length);
  for (let c = 0; c < outChannels; c++) {
    for (let i = 0; i < rest; i++) moved[i * outChannels + c] = codes[c * rest + i];
  }
  return moved;
}

/** Input, or spikes of timestep `t` after concatenation and pooling; `[height][width][channel]` of `prepared.shape`. */
export function sourceValues(prepared: PreparedEdge, sources: Sources, t: number): Int8Array | Uint8Array {
  if (prepared.readsInput) return sources.input;
  const { layers, pooling } = prepared.edge.source;
  let channelOffset = 0;
  for (const index of layers) {
    const { shape } = sources.layers[index];
    const neurons = elementsOf(shape);
    const spikes = sources.spikes[index].subarray(t * neurons, (t + 1) * neurons);
    poolInto(prepared, channelOffset, spikes, shape, pooling);
    channelOffset += shape.channels;
  }
  return prepared.values;
}

const NO_POOLING: Pooling = { kind: 'nearest', height: 1, width: 1 };

function poolInto(
  prepared: PreparedEdge,
  channelOffset: number,
  spikes: Uint8Array,
  from: Shape,
  pooling: Pooling = NO_POOLING,
): void {
  const { values, shape } = prepared;
  const rows = pooling.kind === 'or' ? pooling.height : 1;
  const columns = pooling.kind === 'or' ? pooling.width : 1;
  for (let y = 0; y < shape.height; y++) {
    for (let x = 0; x < shape.width; x++) {
      const to = (y * shape.width + x) * shape.channels + channelOffset;
      values.fill(0, to, to + from.channels);
      for (let dy = 0; dy < rows; dy++) {
        for (let dx = 0; dx < columns; dx++) {
          const start = ((y * pooling.height + dy) * from.width + x * pooling.width + dx) * from.channels;
          for (let c = 0; c < from.channels; c++) values[to + c] |= spikes[start + c];
        }
      }
    }
  }
}

/** Fills `prepared.accumulator` from the values of its source. */
export function accumulate(prepared: PreparedEdge, values: Int8Array | Uint8Array): void {
  if (prepared.edge.kind === 'identity') {
    prepared.accumulator.set(values);
    return;
  }
  prepared.accumulator.fill(0);
  scatterAll(prepared, values, prepared.edge);
}

/** Each value that is not zero is added to the outputs it reaches: few spikes, little work. */
function scatterAll(prepared: PreparedEdge, values: Int8Array | Uint8Array, conv: ConvEdge): void {
  const { height, width, channels } = prepared.shape;
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const value = values[i++];
        if (value !== 0) scatter(prepared, conv, y, x, c, value);
      }
    }
  }
}

function scatter(
  prepared: PreparedEdge,
  conv: ConvEdge,
  y: number,
  x: number,
  c: number,
  value: number,
): void {
  const { outShape, shape } = prepared;
  const { kernel, stride, padding } = conv;
  for (let ky = 0; ky < kernel.height; ky++) {
    const oy = reached(y, ky, padding.top, stride.height, outShape.height);
    if (oy < 0) continue;
    for (let kx = 0; kx < kernel.width; kx++) {
      const ox = reached(x, kx, padding.left, stride.width, outShape.width);
      if (ox < 0) continue;
      const position = (oy * outShape.width + ox) * outShape.channels;
      const tap = (ky * kernel.width + kx) * shape.channels + c;
      if (conv.depthwise) prepared.accumulator[position + c] += prepared.weights[tap] * value;
      else addRow(prepared, position, tap * outShape.channels, value);
    }
  }
}

/** The output row (or column) whose window has `position` under kernel index `k`, or -1: `o * stride + k - padding = position`. */
function reached(position: number, k: number, padding: number, stride: number, size: number): number {
  const distance = position + padding - k;
  if (distance < 0 || distance % stride !== 0) return -1;
  const output = distance / stride;
  return output < size ? output : -1;
}

function addRow(prepared: PreparedEdge, position: number, weight: number, value: number): void {
  const { accumulator, weights, outShape } = prepared;
  for (let c = 0; c < outShape.channels; c++) accumulator[position + c] += weights[weight + c] * value;
}
