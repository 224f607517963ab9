import type { ConvEdge, Edge, IntegerModel, Layer } from '../../model/types.js';
import type { LayerRanges } from '../../model/ranges.js';
import { poolingOf, readsInput, rowsOf, sourceChannels } from './edges.js';
import { laneCode, planMultiplier, typeOf } from './integers.js';
import { differencesFit } from './neurons.js';
import { pooledSize } from '../../core/geometry.js';
import type { EdgePlan, RowCode, RowKernel } from './types.js';

/** Output channels computed together; a last group of at most 16 takes half of the words. */
const GROUP = 32;

/** Entries of lists, and starts of segments, are 16 bits. */
const LIST_LIMIT = 65_536;

/** A byte lane must take several rows before it is emptied, or rows of signed bytes are as fast. */
const SHORTEST_BYTE_BURST = 4;
/** Widening nibbles more often costs more than the bytes they save. */
const SHORTEST_NIBBLE_BURST = 5;

/** How a layer runs row by row: `rows` has one convolution and 16-bit membranes (litesnn_rows.c), `wide` anything else. */
export interface RowsDraft {
  readonly lif: 'rows' | 'wide';
  readonly edges: readonly EdgePlan[];
}

/**
 * Edges of a layer that runs row by row, or undefined where it cannot: dense convolutions and identities of spikes, codes of few
 * bits, sums and multipliers of 16 bits.
 */
export function planRows(model: IntegerModel, layer: Layer, ranges: LayerRanges): RowsDraft | undefined {
  const planned = layer.edges.map((edge, e) =>
    planRowEdge(model, layer, edge, ranges.edges[e].accumulator.type),
  );
  const edges = planned.filter((edge) => edge !== undefined);
  if (edges.length < planned.length) return undefined;
  if (isNarrow(layer, ranges, edges)) return { lif: 'rows', edges };
  return isWide(ranges, layer.edges, edges) ? { lif: 'wide', edges } : undefined;
}

/** One convolution that goes straight to neurons of 16 bits, where lanes may wrap around on the way. */
function isNarrow(layer: Layer, ranges: LayerRanges, edges: readonly EdgePlan[]): boolean {
  const [{ kernel, multiplier }] = edges;
  const alone = edges.length === 1 && (isRowKernel(kernel) || kernel === 'row-depthwise');
  if (!alone || multiplier.kind !== 'uniform') return false;
  return ranges.membrane.type !== 'int32' && layer.threshold.every((value) => value >= -32768);
}

function isWide(ranges: LayerRanges, edges: readonly Edge[], plans: readonly EdgePlan[]): boolean {
  return (
    differencesFit(ranges.membrane) &&
    plans.every(({ kernel, accumulatorType }) => kernel !== 'row-depthwise' && accumulatorType !== 'int32') &&
    edges.every(({ multiplier }) => typeOf(multiplier) !== 'int32')
  );
}

function planRowEdge(
  model: IntegerModel,
  layer: Layer,
  edge: Edge,
  accumulatorType: EdgePlan['accumulatorType'],
): EdgePlan | undefined {
  if (readsInput(edge)) return undefined;
  const multiplier = planMultiplier(edge.multiplier);
  if (edge.kind === 'identity') {
    if (edge.source.layers.length > 1) return undefined;
    return { kernel: 'row-identity', multiplier, accumulatorType, weightBytes: 0 };
  }
  const capacity = listCapacity(model, edge);
  if (edge.depthwise) {
    if (capacity === undefined) return undefined;
    const rows = {
      step: 1,
      bias: 0,
      burst: 0,
      fill: 0,
      capacity,
      columns: paddedColumns(layer, edge),
    } as const;
    return { kernel: 'row-depthwise', multiplier, accumulatorType, weightBytes: 4 * edge.codes.length, rows };
  }
  const code = planRowCode(edge.codes, layer.shape.channels);
  if (code === undefined || capacity === undefined) return undefined;
  const weightBytes = rowsOf(model, edge) * rowBytes(code.kernel, layer.shape.channels);
  return {
    kernel: code.kernel,
    multiplier,
    accumulatorType,
    weightBytes,
    rows: { ...code.code, capacity, columns: paddedColumns(layer, edge) },
  };
}

/** Entries of the list of one timestep: a window and a column more, so that lists of any length fit in pieces. */
function listCapacity(model: IntegerModel, edge: ConvEdge): number | undefined {
  const width = sourceWidth(model, edge);
  const column = edge.kernel.height * sourceChannels(model, edge);
  if (width * column > LIST_LIMIT) return undefined;
  const capacity = Math.min(width, edge.kernel.width + 1) * column;
  return capacity < LIST_LIMIT ? capacity : undefined;
}

function paddedColumns(layer: Layer, edge: ConvEdge): number {
  return (layer.shape.width - 1) * edge.stride.width + edge.kernel.width + 1;
}

function sourceWidth(model: IntegerModel, edge: ConvEdge): number {
  const { shape } = model.layers[edge.source.layers[0]];
  const pooling = poolingOf(edge);
  return pooling === undefined ? shape.width : pooledSize(shape, pooling).width;
}

/** The tightest form of weights that the codes allow and that is not slower than the next. */
export function planRowCode(
  codes: Int8Array,
  channels = GROUP,
): { readonly kernel: RowKernel; readonly code: RowCode } | undefined {
  const { step, bias, largest } = laneCode(codes);
  const bytes = Math.floor(255 / Math.max(1, largest));
  // Turning planes into lanes costs as much for 16 channels as for 32.
  if (largest <= 1 && channels > GROUP / 2)
    return { kernel: 'row-planes', code: { step, bias, burst: 255, fill: 255 } };
  const nibbles = Math.floor(15 / largest);
  if (nibbles >= SHORTEST_NIBBLE_BURST && largest > 1) {
    return {
      kernel: 'row-nibbles',
      code: { step, bias, burst: nibbles, fill: bytes - (bytes % nibbles) },
    };
  }
  if (bytes < SHORTEST_BYTE_BURST) return undefined;
  return { kernel: 'row-bytes', code: { step, bias, burst: bytes, fill: bytes } };
}

/** Bytes of the weights of one listed spike to all output channels. */
function rowBytes(kernel: RowKernel, channels: number): number {
  return rowGroups(channels).reduce((sum, group) => sum + groupRowBytes(kernel, group), 0);
}

/** Bytes of a row of one group of 32 or 16 channels. */
export function groupRowBytes(kernel: RowKernel, group: number): number {
  switch (kernel) {
    case 'row-planes':
      return 4;
    case 'row-nibbles':
      return 16;
    case 'row-bytes':
      return group === GROUP ? 32 : 16;
  }
}

/** Sizes of the groups that the channels are computed in, the last one filled up. */
export function rowGroups(channels: number): readonly number[] {
  const groups: number[] = [];
  for (let first = 0; first < channels; first += GROUP)
    groups.push(channels - first > GROUP / 2 ? GROUP : GROUP / 2);
  return groups;
}

/** Bytes of a table with one 16-bit lane a channel. */
export function laneTableBytes(channels: number): number {
  return rowGroups(channels).reduce((sum, group) => sum + group * 2, 0);
}

/** Starts of the columns' segments and the lists themselves, of all timesteps. */
export function listBytes(edge: EdgePlan, timesteps: number): number {
  if (edge.rows === undefined) return 0;
  return timesteps * (edge.rows.columns + edge.rows.capacity) * 2;
}

/** Convolutions first. */
export function rowOrder(edges: readonly EdgePlan[]): readonly number[] {
  const indexes = edges.map((_, e) => e);
  const identities = indexes.filter((e) => edges[e].kernel === 'row-identity');
  return [...indexes.filter((e) => !identities.includes(e)), ...identities];
}

/** Bytes of the sums and membranes of a pixel, in groups of 32 channels. */
export function stateBytes(channels: number): number {
  return Math.ceil(channels / GROUP) * 2 * 64;
}

/** Bytes of the currents of one group at all timesteps. */
export function currentBytes(timesteps: number): number {
  return timesteps * GROUP * 4;
}

export function isRowKernel(kernel: EdgePlan['kernel']): kernel is RowKernel {
  return kernel === 'row-planes' || kernel === 'row-nibbles' || kernel === 'row-bytes';
}
