import { elementsOf, sameShape, shapeText } from '../core/geometry.js';
import { demand, isIntegerIn } from './demand.js';
import { MODEL_LIMITS } from './limits.js';
import { edgeOutputShape, pooledSourceShape } from './shapes.js';
import {
  INPUT_SOURCE,
  type ConvEdge,
  type Edge,
  type EdgeSource,
  type IntegerModel,
  type Layer,
} from './types.js';
import { validateCodes } from './validate-codes.js';

/** Rules of one edge of layer `index`; the layer's own shape and all earlier layers have been checked. */
export function validateEdge(model: IntegerModel, index: number, edge: Edge, where: string): void {
  validateSource(model, index, edge.source, where);
  validatePooling(model, edge.source, where);
  const source = pooledSourceShape(model, edge.source);
  const { shape } = model.layers[index];
  if (edge.kind === 'conv') validateConv(edge, where);
  else
    demand(
      edge.source.layers[0] !== INPUT_SOURCE,
      'MODEL_IDENTITY_INPUT',
      `${where}: an identity reads the int8 input`,
    );
  if (edge.kind === 'conv' && edge.depthwise) {
    demand(
      source.channels === shape.channels,
      'MODEL_DEPTHWISE_CHANNELS',
      `${where}: depthwise from ${source.channels} to ${shape.channels} channels`,
    );
  }
  const gives = edgeOutputShape(source, edge, shape.channels);
  demand(
    sameShape(gives, shape),
    'MODEL_EDGE_SHAPE',
    `${where} gives ${shapeText(gives)}, but the layer is ${shapeText(shape)}`,
  );
  if (edge.kind === 'conv') {
    const taps = edge.kernel.height * edge.kernel.width;
    const expected = shape.channels * taps * (edge.depthwise ? 1 : source.channels);
    validateCodes(edge.codes, edge.bits, expected, where);
  }
}

function validateSource(model: IntegerModel, index: number, source: EdgeSource, where: string): void {
  const { layers } = source;
  demand(
    isIntegerIn(layers.length, 1, MODEL_LIMITS.sources),
    'MODEL_SOURCE_COUNT',
    `${where} reads ${layers.length} layers, not 1 to ${MODEL_LIMITS.sources}`,
  );
  for (const layer of layers) {
    demand(
      isIntegerIn(layer, INPUT_SOURCE, index - 1),
      'MODEL_SOURCE_LATER',
      `${where} reads layer ${layer}, which is no earlier one`,
    );
  }
  demand(
    layers.length === 1 || !layers.includes(INPUT_SOURCE),
    'MODEL_SOURCE_MIXED',
    `${where} concatenates the int8 input with spikes`,
  );
  demand(new Set(layers).size === layers.length, 'MODEL_SOURCE_DUPLICATE', `${where} reads a layer twice`);
  const shapes = layers.map((layer) => (layer === INPUT_SOURCE ? model.input : model.layers[layer].shape));
  demand(
    shapes.every((shape) => shape.height === shapes[0].height && shape.width === shapes[0].width),
    'MODEL_SOURCE_SIZES',
    `${where} concatenates layers of different sizes: ${shapes.map(shapeText).join(', ')}`,
  );
}

const WINDOWS = ['2x2', '1x2', '2x1'];

function validatePooling(model: IntegerModel, source: EdgeSource, where: string): void {
  const { pooling } = source;
  if (pooling === undefined) return;
  const window = `${pooling.height}x${pooling.width}`;
  demand(source.layers[0] !== INPUT_SOURCE, 'MODEL_POOLING_INPUT', `${where} pools the int8 input`);
  demand(
    WINDOWS.includes(window),
    'MODEL_POOLING_WINDOW',
    `${where}: a window of ${window} is none of ${WINDOWS.join(', ')}`,
  );
  const pooled = pooledSourceShape(model, source);
  demand(
    pooled.height > 0 && pooled.width > 0,
    'MODEL_POOLING_EMPTY',
    `${where}: nothing is left after pooling`,
  );
}

function validateConv(edge: ConvEdge, where: string): void {
  const { kernel, stride, padding } = edge;
  const side = MODEL_LIMITS.kernelSide;
  demand(
    isIntegerIn(kernel.height, 1, side) &&
      isIntegerIn(kernel.width, 1, side) &&
      kernel.height * kernel.width <= MODEL_LIMITS.kernelTaps,
    'MODEL_KERNEL',
    `${where}: a kernel of ${kernel.height}x${kernel.width} is not accepted`,
  );
  demand(
    isIntegerIn(stride.height, 1, side) && isIntegerIn(stride.width, 1, side),
    'MODEL_STRIDE',
    `${where}: a stride of ${stride.height}x${stride.width} is not accepted`,
  );
  // Padding as large as the kernel would make outputs that see no source at all.
  demand(
    [padding.top, padding.bottom].every((rows) => isIntegerIn(rows, 0, kernel.height - 1)) &&
      [padding.left, padding.right].every((columns) => isIntegerIn(columns, 0, kernel.width - 1)),
    'MODEL_PADDING',
    `${where}: padding ${padding.top},${padding.bottom},${padding.left},${padding.right} is not smaller than the kernel`,
  );
}

/** Connections of an edge: additions a timestep if everything fired. */
export function edgeSynapses(layer: Layer, edge: Edge): number {
  const neurons = elementsOf(layer.shape);
  return edge.kind === 'identity' ? neurons : (neurons / layer.shape.channels) * edge.codes.length;
}
