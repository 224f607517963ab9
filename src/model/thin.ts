import { convolvedSize, type Pooling } from '../core/geometry.js';
import { MODEL_LIMITS } from './limits.js';
import { pooledSourceShape } from './shapes.js';
import { INPUT_SOURCE, type ConvEdge, type Edge, type IntegerModel, type Layer } from './types.js';

type Axis = 'height' | 'width';

/** Along one axis the first `size` of every `step`-th position are all that is read. */
interface Reading {
  readonly step: number;
  readonly size: number;
}

/**
 * The same network without neurons whose spikes nobody reads: layers that feed nothing are dropped, and a layer that is read only
 * at every n-th row or column (through `nearest` pooling, or by kernels of one row or column with a stride) is made only there, by
 * edges with n times their stride. Logits are the same for every input; spikes are those of the pixels that are left.
 */
export function thinModel(model: IntegerModel): IntegerModel {
  let thin = withoutUnread(model);
  // A layer that became thinner may read less of others: until nothing changes.
  for (;;) {
    const before = thin;
    for (let index = thin.layers.length - 1; index >= 0; index--) {
      for (const axis of ['height', 'width'] as const) thin = thinned(thin, index, axis);
    }
    if (thin === before) return thin;
  }
}

function withoutUnread(model: IntegerModel): IntegerModel {
  const read = new Set(model.head.layers);
  for (let index = model.layers.length - 1; index >= 0; index--) {
    if (!read.has(index)) continue;
    for (const { source } of model.layers[index].edges) source.layers.forEach((layer) => read.add(layer));
  }
  const kept = model.layers.map((_, index) => index).filter((index) => read.has(index));
  if (kept.length === model.layers.length) return model;
  const renumbered = (layers: readonly number[]): number[] =>
    layers.map((layer) => (layer === INPUT_SOURCE ? layer : kept.indexOf(layer)));
  return {
    ...model,
    layers: kept.map((index) => ({
      ...model.layers[index],
      edges: model.layers[index].edges.map((edge) => ({
        ...edge,
        source: { ...edge.source, layers: renumbered(edge.source.layers) },
      })),
    })),
    head: { ...model.head, layers: renumbered(model.head.layers) },
  };
}

/** The model with layer `index`, and all that is concatenated with it, made only where it is read along `axis`. */
function thinned(model: IntegerModel, index: number, axis: Axis): IntegerModel {
  const together = concatenatedWith(model, index);
  const reading = commonReading(model, together, axis);
  if (reading === undefined || reading.step === 1) return model;
  const layers = [...model.layers];
  for (const member of together) {
    const layer = withStep(model, model.layers[member], axis, reading);
    if (layer === undefined) return model;
    layers[member] = layer;
  }
  return { ...model, layers: layers.map((layer) => withReaders(layer, together, axis)) };
}

/** Layers that some edge reads together with `index`, directly or through others: they keep equal sizes. */
function concatenatedWith(model: IntegerModel, index: number): ReadonlySet<number> {
  const together = new Set([index]);
  // A set that grows while it is walked is walked to its end.
  for (const member of together) {
    for (const { source } of readersOf(model, member)) source.layers.forEach((layer) => together.add(layer));
  }
  return together;
}

function readersOf(model: IntegerModel, layer: number): readonly Edge[] {
  return model.layers.flatMap(({ edges }) => edges.filter(({ source }) => source.layers.includes(layer)));
}

/** What all readers of these layers read; undefined where they differ, or where the head reads one. */
function commonReading(model: IntegerModel, layers: ReadonlySet<number>, axis: Axis): Reading | undefined {
  if (model.head.layers.some((layer) => layers.has(layer))) return undefined;
  const readings = [...layers].flatMap((layer) =>
    readersOf(model, layer).map((edge) => readingOf(edge, axis, model.layers[layer].shape[axis])),
  );
  const [first] = readings;
  return readings.every(({ step, size }) => step === first.step && size === first.size) ? first : undefined;
}

function readingOf(edge: Edge, axis: Axis, size: number): Reading {
  const { pooling } = edge.source;
  if (pooling !== undefined && pooling[axis] > 1) {
    return pooling.kind === 'nearest'
      ? { step: pooling[axis], size: Math.floor(size / pooling[axis]) }
      : { step: 1, size };
  }
  // A kernel of one has no padding.
  if (edge.kind === 'identity' || edge.kernel[axis] > 1) return { step: 1, size };
  return { step: edge.stride[axis], size: Math.ceil(size / edge.stride[axis]) };
}

/** The layer at `reading.size` of its positions; undefined where an edge cannot be expressed so. */
function withStep(model: IntegerModel, layer: Layer, axis: Axis, reading: Reading): Layer | undefined {
  const edges: Edge[] = [];
  for (const edge of layer.edges) {
    const size = pooledSourceShape(model, edge.source)[axis];
    const stepped =
      edge.kind === 'conv'
        ? convWithStep(edge, axis, size, reading)
        : identityWithStep(edge, axis, size, reading);
    if (stepped === undefined) return undefined;
    edges.push(stepped);
  }
  return { ...layer, shape: { ...layer.shape, [axis]: reading.size }, edges };
}

function convWithStep(edge: ConvEdge, axis: Axis, size: number, reading: Reading): ConvEdge | undefined {
  const [before, after] = axis === 'height' ? (['top', 'bottom'] as const) : (['left', 'right'] as const);
  const stride = edge.stride[axis] * reading.step;
  // As little padding as the last window needs, so that none comes after it.
  const end = (reading.size - 1) * stride + edge.kernel[axis] - edge.padding[before];
  const stepped = {
    ...edge,
    stride: { ...edge.stride, [axis]: stride },
    padding: { ...edge.padding, [after]: Math.max(0, end - size) },
  };
  const gives = convolvedSize({ height: size, width: size }, stepped)[axis];
  return gives === reading.size && stride <= MODEL_LIMITS.kernelSide ? stepped : undefined;
}

/** Windows of pooling are at most two rows and columns. */
function identityWithStep(edge: Edge, axis: Axis, size: number, reading: Reading): Edge | undefined {
  const { pooling } = edge.source;
  if (reading.step !== 2 || Math.floor(size / 2) !== reading.size) return undefined;
  if (pooling !== undefined && (pooling.kind === 'or' || pooling[axis] > 1)) return undefined;
  const wider: Pooling = { kind: 'nearest', height: 1, width: 1, ...pooling, [axis]: reading.step };
  return { ...edge, source: { ...edge.source, pooling: wider } };
}

/** The layer with edges that read `thinner` layers: what they left out before is not there any more. */
function withReaders(layer: Layer, thinner: ReadonlySet<number>, axis: Axis): Layer {
  if (!layer.edges.some(({ source }) => thinner.has(source.layers[0]))) return layer;
  const edges = layer.edges.map((edge) => (thinner.has(edge.source.layers[0]) ? reader(edge, axis) : edge));
  return { ...layer, edges };
}

function reader(edge: Edge, axis: Axis): Edge {
  const { pooling } = edge.source;
  if (pooling !== undefined && pooling[axis] > 1) {
    const rest = { ...pooling, [axis]: 1 };
    const source = { layers: edge.source.layers };
    return {
      ...edge,
      source: rest.height * rest.width === 1 ? source : { ...source, pooling: rest },
    };
  }
  return edge.kind === 'conv' ? { ...edge, stride: { ...edge.stride, [axis]: 1 } } : edge;
}
