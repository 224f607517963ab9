import { elementsOf, shapeText, type Padding, type Shape } from '../core/geometry.js';
import { convMap, fullMap, scaleMap, type ConvMap } from './conv-map.js';
import { nirError, type NirConv, type NirLinearNode, type NirPool, type NirTensor } from './graph.js';

/**
 * One number a channel of a parameter that may be a scalar, a number a channel, or one a neuron `[C][H][W]`.
 * @throws LitesnnError NIR_SHAPE, NIR_NOT_UNIFORM: neurons of one channel differ
 */
export function perChannel({ values }: NirTensor, shape: Shape, where: string): Float64Array {
  const { channels } = shape;
  const positions = shape.height * shape.width;
  if (values.length === 1) return new Float64Array(channels).fill(values[0]);
  if (values.length === channels) return values;
  if (values.length !== elementsOf(shape)) {
    throw nirError(
      'NIR_SHAPE',
      `${where} has ${values.length} values for a population of ${shapeText(shape)}`,
    );
  }
  return Float64Array.from({ length: channels }, (_, c) => {
    const own = values.subarray(c * positions, (c + 1) * positions);
    if (own.some((value) => value !== own[0])) {
      throw nirError('NIR_NOT_UNIFORM', `${where} differs between neurons of one channel`);
    }
    return own[0];
  });
}

function biasOf(bias: NirTensor | undefined, channels: number, name: string): Float64Array {
  if (bias === undefined) return new Float64Array(channels);
  if (bias.values.length === channels) return bias.values;
  // Some programs write a single 0 for "none".
  if (bias.values.length === 1) return new Float64Array(channels).fill(bias.values[0]);
  throw nirError('NIR_SHAPE', `node "${name}": ${bias.values.length} biases for ${channels} channels`);
}

/** Rows or columns before and after, for a kernel already dilated. */
function around(
  size: number,
  kernel: number,
  stride: number,
  padding: NirConv['padding'],
  axis: 0 | 1,
): [number, number] {
  if (padding === 'valid') return [0, 0];
  if (padding !== 'same') return [padding[axis], padding[axis]];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

function convNodeMap(node: NirConv, source: Shape, name: string): ConvMap {
  const [out, inPerGroup, rows, columns] = node.weight.shape;
  const { groups, dilation, stride } = node;
  const { channels } = source;
  if (inPerGroup * groups !== channels || out % groups !== 0) {
    throw nirError(
      'NIR_SHAPE',
      `node "${name}" takes ${inPerGroup * groups} channels in ${groups} groups, its source has ${channels}`,
    );
  }
  const kernel = { height: (rows - 1) * dilation[0] + 1, width: (columns - 1) * dilation[1] + 1 };
  const [top, bottom] = around(source.height, kernel.height, stride[0], node.padding, 0);
  const [left, right] = around(source.width, kernel.width, stride[1], node.padding, 1);
  const padding: Padding = { top, bottom, left, right };
  const depthwise = groups === channels && out === channels && channels > 1;
  const inside = depthwise ? 1 : channels;
  const taps = kernel.height * kernel.width;
  const weight = new Float64Array(out * taps * inside);
  const outPerGroup = out / groups;
  for (let k = 0; k < out; k++) {
    const first = depthwise ? 0 : Math.floor(k / outPerGroup) * inPerGroup;
    for (let i = 0; i < inPerGroup; i++) {
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const tap = y * dilation[0] * kernel.width + x * dilation[1];
          weight[(k * taps + tap) * inside + first + i] =
            node.weight.values[((k * inPerGroup + i) * rows + y) * columns + x];
        }
      }
    }
  }
  const geometry = { kernel, stride: { height: stride[0], width: stride[1] }, padding };
  return convMap(source, out, geometry, depthwise, weight, biasOf(node.bias, out, name));
}

function poolMap(node: NirPool, source: Shape): ConvMap {
  const [height, width] = source.height === 1 ? [1, node.kernel[1]] : node.kernel;
  const [down, right] = source.height === 1 ? [1, node.stride[1]] : node.stride;
  const [rows, columns] = source.height === 1 ? [0, node.padding[1]] : node.padding;
  const factor = node.average ? 1 / (height * width) : 1;
  return convMap(
    source,
    source.channels,
    {
      kernel: { height, width },
      stride: { height: down, width: right },
      padding: { top: rows, bottom: rows, left: columns, right: columns },
    },
    true,
    new Float64Array(source.channels * height * width).fill(factor),
  );
}

/**
 * A linear node as a convolution of what it reads. Flattening keeps the shape: what follows reads the map in NIR's order, channels,
 * rows, columns.
 * @throws LitesnnError NIR_SHAPE, NIR_NOT_UNIFORM, NIR_TOO_LARGE
 */
export function linearMap(node: NirLinearNode, source: Shape, name: string): ConvMap | undefined {
  switch (node.type) {
    case 'Flatten':
      return undefined;
    case 'Conv':
      return convNodeMap(node, source, name);
    case 'Pool':
      return poolMap(node, source);
    case 'Scale':
      return scaleMap(source, Float64Array.from(perChannel(node.scale, source, `node "${name}": scale`)));
    case 'Linear': {
      const [out, inputs] = node.weight.shape;
      if (node.weight.shape.length !== 2 || inputs !== elementsOf(source)) {
        throw nirError(
          'NIR_SHAPE',
          `node "${name}" takes ${inputs} inputs, its source has ${shapeText(source)}`,
        );
      }
      return fullMap(source, node.weight.values, biasOf(node.bias, out, name));
    }
  }
}
