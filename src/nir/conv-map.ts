import { convolvedSize, elementsOf, sameShape, type ConvGeometry, type Shape } from '../core/geometry.js';
import { MODEL_LIMITS } from '../model/limits.js';
import { nirError } from './graph.js';

/**
 * An affine map from one population to another that a convolution can express: what all linear nodes between two populations
 * come to. `weight` is dense `[out][kernelY][kernelX][in]`, or depthwise `[channel][kernelY][kernelX]`; outside the source is 0.
 */
export interface ConvMap extends ConvGeometry {
  readonly source: Shape;
  readonly target: Shape;
  readonly depthwise: boolean;
  readonly weight: Float64Array;
  /** `[out]` */
  readonly bias: Float64Array;
}

const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };

export function convMap(
  source: Shape,
  channels: number,
  geometry: ConvGeometry,
  depthwise: boolean,
  weight: Float64Array,
  bias: Float64Array = new Float64Array(channels),
): ConvMap {
  const { kernel } = geometry;
  if (kernel.height * kernel.width > MODEL_LIMITS.kernelTaps || weight.length > MODEL_LIMITS.codes) {
    throw nirError(
      'NIR_TOO_LARGE',
      `a kernel of ${kernel.height} x ${kernel.width} with ${weight.length} weights is larger than a model may have`,
      `${MODEL_LIMITS.kernelTaps} taps are the most; make the map smaller before it is flattened`,
    );
  }
  const size = convolvedSize(source, geometry);
  if (size.height < 1 || size.width < 1) {
    throw nirError(
      'NIR_SHAPE',
      `a kernel of ${kernel.height} x ${kernel.width} does not fit a map of ${source.height} x ${source.width}`,
    );
  }
  return { ...geometry, source, target: { ...size, channels }, depthwise, weight, bias };
}

/** Each channel times a factor. */
export function scaleMap(source: Shape, factors: Float64Array): ConvMap {
  const one = { height: 1, width: 1 };
  return convMap(source, source.channels, { kernel: one, stride: one, padding: NO_PADDING }, true, factors);
}

export function identityMap(source: Shape): ConvMap {
  return scaleMap(source, new Float64Array(source.channels).fill(1));
}

export function isIdentity(map: ConvMap): boolean {
  const { kernel, stride, depthwise } = map;
  const geometry = kernel.height * kernel.width * stride.height * stride.width === 1;
  return geometry && depthwise && map.bias.every((b) => b === 0);
}

function dense(map: ConvMap): Float64Array {
  if (!map.depthwise) return map.weight;
  const { channels } = map.target;
  const taps = map.kernel.height * map.kernel.width;
  if (channels * channels * taps > MODEL_LIMITS.codes) {
    throw nirError('NIR_TOO_LARGE', `${channels} channels with ${taps} taps are more than a model may have`);
  }
  const weight = new Float64Array(channels * taps * channels);
  for (let c = 0; c < channels; c++) {
    for (let tap = 0; tap < taps; tap++) weight[(c * taps + tap) * channels + c] = map.weight[c * taps + tap];
  }
  return weight;
}

/** Whether what a map would give outside of its target, next to it, comes from outside of its source alone. */
function endsWithSource(
  size: number,
  kernel: number,
  stride: number,
  before: number,
  length: number,
): boolean {
  return kernel <= stride + before && length * stride - before >= size;
}

function requireExactEdges(first: ConvMap, second: ConvMap): void {
  if (Object.values(second.padding).every((size) => size === 0)) return;
  const { source, target, kernel, stride, padding } = first;
  const rows = endsWithSource(source.height, kernel.height, stride.height, padding.top, target.height);
  const columns = endsWithSource(source.width, kernel.width, stride.width, padding.left, target.width);
  if (rows && columns && first.bias.every((b) => b === 0)) return;
  throw nirError(
    'NIR_NOT_EXACT',
    'a padded convolution follows another linear node in a way that one convolution cannot express',
    'put a population between them, or drop the padding or the rows that pooling leaves over',
  );
}

/**
 * `second` after `first` as one map, exactly.
 * @throws LitesnnError NIR_NOT_EXACT at paddings that do not compose; NIR_TOO_LARGE
 */
export function compose(first: ConvMap, second: ConvMap): ConvMap {
  requireExactEdges(first, second);
  const kernel = {
    height: first.kernel.height + (second.kernel.height - 1) * first.stride.height,
    width: first.kernel.width + (second.kernel.width - 1) * first.stride.width,
  };
  const geometry: ConvGeometry = {
    kernel,
    stride: {
      height: first.stride.height * second.stride.height,
      width: first.stride.width * second.stride.width,
    },
    padding: {
      top: first.padding.top + second.padding.top * first.stride.height,
      bottom: first.padding.bottom + second.padding.bottom * first.stride.height,
      left: first.padding.left + second.padding.left * first.stride.width,
      right: first.padding.right + second.padding.right * first.stride.width,
    },
  };
  const depthwise = first.depthwise && second.depthwise;
  const { channels } = second.target;
  const map = convMap(
    first.source,
    channels,
    geometry,
    depthwise,
    depthwise ? composeDepthwise(first, second, kernel) : composeDense(first, second, kernel),
    composeBias(first, second),
  );
  if (!sameShape(map.target, second.target)) throw new Error('composed sizes differ');
  return map;
}

function composeBias(first: ConvMap, second: ConvMap): Float64Array {
  if (first.bias.every((b) => b === 0)) return second.bias;
  const taps = second.kernel.height * second.kernel.width;
  const channels = second.depthwise ? 1 : first.target.channels;
  return second.bias.map((bias, out) => {
    let sum = bias;
    for (let tap = 0; tap < taps; tap++) {
      for (let i = 0; i < channels; i++) {
        sum += second.weight[(out * taps + tap) * channels + i] * first.bias[second.depthwise ? out : i];
      }
    }
    return sum;
  });
}

/** Calls back for each pair of taps with their indexes and that of the tap that they make together. */
function eachTap(
  first: ConvMap,
  second: ConvMap,
  width: number,
  visit: (a: number, b: number, together: number) => void,
): void {
  for (let by = 0; by < second.kernel.height; by++) {
    for (let bx = 0; bx < second.kernel.width; bx++) {
      for (let ay = 0; ay < first.kernel.height; ay++) {
        for (let ax = 0; ax < first.kernel.width; ax++) {
          const y = ay + by * first.stride.height;
          const x = ax + bx * first.stride.width;
          visit(ay * first.kernel.width + ax, by * second.kernel.width + bx, y * width + x);
        }
      }
    }
  }
}

function composeDepthwise(first: ConvMap, second: ConvMap, kernel: ConvGeometry['kernel']): Float64Array {
  const { channels } = second.target;
  const taps = kernel.height * kernel.width;
  const [aTaps, bTaps] = [first, second].map((map) => map.kernel.height * map.kernel.width);
  const weight = new Float64Array(channels * taps);
  for (let c = 0; c < channels; c++) {
    eachTap(first, second, kernel.width, (a, b, together) => {
      weight[c * taps + together] += first.weight[c * aTaps + a] * second.weight[c * bTaps + b];
    });
  }
  return weight;
}

function composeDense(first: ConvMap, second: ConvMap, kernel: ConvGeometry['kernel']): Float64Array {
  const [a, b] = [dense(first), dense(second)];
  const { channels: inner } = first.target;
  const { channels: from } = first.source;
  const { channels: to } = second.target;
  const taps = kernel.height * kernel.width;
  if (to * taps * from > MODEL_LIMITS.codes) {
    throw nirError('NIR_TOO_LARGE', `${to * taps * from} weights are more than a model may have`);
  }
  const aTaps = first.kernel.height * first.kernel.width;
  const bTaps = second.kernel.height * second.kernel.width;
  const weight = new Float64Array(to * taps * from);
  for (let out = 0; out < to; out++) {
    eachTap(first, second, kernel.width, (aTap, bTap, together) => {
      for (let m = 0; m < inner; m++) {
        const factor = b[(out * bTaps + bTap) * inner + m];
        if (factor === 0) continue;
        for (let i = 0; i < from; i++) {
          weight[(out * taps + together) * from + i] += factor * a[(m * aTaps + aTap) * from + i];
        }
      }
    });
  }
  return weight;
}

/** The map of a fully connected layer that reads a whole map, flattened in the order channels, rows, columns. */
export function fullMap(source: Shape, weight: Float64Array, bias: Float64Array): ConvMap {
  const { height, width, channels } = source;
  const out = bias.length;
  const elements = elementsOf(source);
  const taps = height * width;
  const ordered = new Float64Array(weight.length);
  for (let k = 0; k < out; k++) {
    for (let c = 0; c < channels; c++) {
      for (let tap = 0; tap < taps; tap++) {
        ordered[k * elements + tap * channels + c] = weight[k * elements + c * taps + tap];
      }
    }
  }
  const geometry = { kernel: { height, width }, stride: { height: 1, width: 1 }, padding: NO_PADDING };
  return convMap(source, out, geometry, false, ordered, bias);
}
