import type { Pooling } from '../../core/geometry.js';
import { INPUT_SOURCE, type ConvEdge, type Edge, type IntegerModel, type Layer } from '../../model/types.js';
import type { IntegerType } from '../../model/interval.js';
import { planLanes, planMultiplier } from './integers.js';
import type { EdgeKernel, EdgePlan, LaneCode, MultiplierPlan } from './types.js';

export function readsInput(edge: Edge): boolean {
  return edge.source.layers.includes(INPUT_SOURCE);
}

/** Pooling that changes something. */
export function poolingOf(edge: Edge): Pooling | undefined {
  const { pooling } = edge.source;
  return pooling === undefined || pooling.height * pooling.width === 1 ? undefined : pooling;
}

/** Channels of the source, all layers of it together. */
export function sourceChannels(model: IntegerModel, edge: Edge): number {
  return edge.source.layers.reduce(
    (total, layer) => total + (layer === INPUT_SOURCE ? model.input : model.layers[layer].shape).channels,
    0,
  );
}

/** Rows of weights of a dense convolution: kernel positions times source channels; as many spikes can be under its window. */
export function rowsOf(model: IntegerModel, edge: ConvEdge): number {
  return edge.kernel.height * edge.kernel.width * sourceChannels(model, edge);
}

export function rowWords(layer: Layer): number {
  return Math.ceil(layer.shape.channels / 4);
}

/** Chooses how an edge is computed. `pools` is left to the layer, which may share copies between edges. */
export function planEdge(
  model: IntegerModel,
  layer: Layer,
  edge: Edge,
  accumulatorType: IntegerType,
  reference: boolean,
): EdgePlan {
  if (reference) return referenceEdge(edge, accumulatorType);
  const multiplier = planMultiplier(edge.multiplier);
  const plain = (kernel: EdgeKernel): EdgePlan => ({
    kernel,
    multiplier,
    accumulatorType,
    weightBytes: edge.kind === 'conv' ? edge.codes.length : 0,
  });
  if (edge.kind === 'identity') return plain('identity');
  if (readsInput(edge)) return plain(edge.depthwise ? 'input-depthwise' : 'input-dense');
  if (edge.depthwise) return plain('depthwise');
  return planGather(model, layer, edge, multiplier, accumulatorType);
}

/** Entries of the list of spikes are 16 bits: offsets in words for lanes, indexes of rows for rows. */
const EVENT_LIMIT = 65536;

function planGather(
  model: IntegerModel,
  layer: Layer,
  edge: ConvEdge,
  multiplier: MultiplierPlan,
  accumulatorType: IntegerType,
): EdgePlan {
  const rows = rowsOf(model, edge);
  const words = rows * rowWords(layer);
  const lanes: LaneCode | undefined = planLanes(edge.codes);
  if (lanes !== undefined && words <= EVENT_LIMIT) {
    return { kernel: 'lanes', multiplier, lanes, accumulatorType, weightBytes: words * 4 };
  }
  if (rows > EVENT_LIMIT) return referenceEdge(edge, accumulatorType);
  return { kernel: 'rows', multiplier, accumulatorType, weightBytes: edge.codes.length };
}

function referenceEdge(edge: Edge, accumulatorType: IntegerType): EdgePlan {
  return {
    kernel: 'reference',
    multiplier: { kind: 'table', type: 'int32' },
    accumulatorType,
    weightBytes: edge.kind === 'conv' ? edge.codes.length : 0,
  };
}

/** Whether the kernel adds `multiplier * sum` itself; the others leave their sums to a pass of their own. */
export function scalesItself(plan: EdgePlan): boolean {
  if (plan.multiplier.kind === 'table') return false;
  switch (plan.kernel) {
    case 'lanes':
    case 'rows':
    case 'depthwise':
    case 'identity':
      return true;
    // `value * multiplier` alone could leave 32 bits where the weights are zero.
    case 'input-dense':
    case 'input-depthwise':
      return plan.multiplier.value === 1;
    // Whole layers have no vectors of sums; these are never asked.
    case 'input-pairs':
    case 'row-planes':
    case 'row-nibbles':
    case 'row-bytes':
    case 'row-depthwise':
    case 'row-identity':
    case 'reference':
      return false;
  }
}
