import { pooledSize } from '../../core/geometry.js';
import type { ConvEdge, IntegerModel, Layer } from '../../model/types.js';
import type { LayerRanges } from '../../model/ranges.js';
import { alignUp, type BufferRequest } from './buffers.js';
import { planEdge, poolingOf, readsInput, rowsOf, scalesItself } from './edges.js';
import { bytesOf, typeOf } from './integers.js';
import { pixelBytes } from './lifetimes.js';
import { wholeEights, wholeGroups } from './neurons.js';
import { currentBytes, laneTableBytes, listBytes, planRows, stateBytes, type RowsDraft } from './rows.js';
import { patchBytes, planStem, stemPairs } from './stem.js';
import type { EdgePlan, FlashBytes, LayerPlan, PoolPlan, ScratchPlan } from './types.js';

/** A layer before its buffers have places. */
export interface LayerDraft {
  readonly edges: readonly EdgePlan[];
  readonly pools: readonly Omit<PoolPlan, 'offset'>[];
  readonly scratchBytes: number;
  /** Offsets from the start of the layer's scratch. */
  readonly scratch: ScratchPlan;
  readonly lif: LayerPlan['lif'];
  readonly biasType: LayerPlan['biasType'];
  readonly thresholdType: LayerPlan['thresholdType'];
  readonly membraneType: LayerPlan['membraneType'];
  readonly flash: FlashBytes;
}

export function draftLayer(
  model: IntegerModel,
  index: number,
  ranges: LayerRanges,
  reference: boolean,
): LayerDraft {
  const layer = model.layers[index];
  const rows = reference ? undefined : planRows(model, layer, ranges);
  if (rows !== undefined) return draftRows(model, layer, ranges, rows);
  const stemEdge = reference ? undefined : planStem(model, layer, ranges);
  if (stemEdge !== undefined) return draftStem(model, layer, ranges, stemEdge);
  const chosen = layer.edges.map((edge, e) =>
    planEdge(model, layer, edge, ranges.edges[e].accumulator.type, reference),
  );
  const { edges, pools } = sharePools(model, layer, chosen);
  const biasType = reference ? 'int32' : typeOf(layer.bias);
  const thresholdType = reference ? 'int32' : typeOf(layer.threshold);
  const { scratch, bytes } = layOutScratch(model, layer, edges);
  const { channels } = layer.shape;
  return {
    edges,
    pools,
    scratch,
    scratchBytes: bytes,
    lif: reference ? 'reference' : 'fast',
    biasType,
    thresholdType,
    membraneType: ranges.membrane.type,
    flash: {
      weights: edges.reduce((sum, edge) => sum + edge.weightBytes, 0),
      tables: channels * (bytesOf(biasType) + bytesOf(thresholdType)) + multiplierBytes(edges, channels),
    },
  };
}

/** A layer that runs row by row: scratch is lists (and currents), tables are lanes of 16 bits or neurons of 32. */
function draftRows(model: IntegerModel, layer: Layer, ranges: LayerRanges, rows: RowsDraft): LayerDraft {
  const { edges, pools } = sharePools(model, layer, rows.edges);
  const wide = rows.lif === 'wide';
  const deep = edges[0].kernel === 'row-depthwise';
  let bytes = wide ? currentBytes(model.timesteps) : deep ? stateBytes(layer.shape.channels) : 0;
  const lists = edges.map((edge) => {
    const offset = bytes;
    bytes += alignUp(listBytes(edge, model.timesteps));
    return offset;
  });
  const lanes = laneTableBytes(layer.shape.channels);
  const multipliers = edges.filter(({ multiplier }) => multiplier.kind === 'table').length;
  return {
    edges,
    pools,
    scratch: { lists, currents: wide ? 0 : undefined, states: deep ? 0 : undefined },
    scratchBytes: bytes,
    lif: rows.lif,
    biasType: wide ? 'int32' : 'int16',
    thresholdType: wide ? 'int32' : 'int16',
    membraneType: ranges.membrane.type,
    flash: {
      weights: edges.reduce((sum, edge) => sum + edge.weightBytes, 0),
      tables: (wide ? 8 * wholeGroups(layer) : 2 * lanes) + multipliers * lanes,
    },
  };
}

/** The first layer as a whole: scratch is one window, tables are whole groups of 32 bits. */
function draftStem(model: IntegerModel, layer: Layer, ranges: LayerRanges, edge: EdgePlan): LayerDraft {
  const pairs = stemPairs(model, layer.edges[0] as ConvEdge);
  const tables = edge.multiplier.kind === 'table' ? 3 : 2;
  return {
    edges: [edge],
    pools: [],
    scratch: { patch: 0 },
    scratchBytes: alignUp(patchBytes(pairs)),
    lif: 'stem',
    biasType: 'int32',
    thresholdType: 'int32',
    membraneType: ranges.membrane.type,
    flash: { weights: edge.weightBytes, tables: tables * 4 * wholeEights(layer) },
  };
}

function multiplierBytes(edges: readonly EdgePlan[], channels: number): number {
  return edges.reduce(
    (sum, { multiplier }) => sum + (multiplier.kind === 'table' ? channels * bytesOf(multiplier.type) : 0),
    0,
  );
}

/** One pooled copy for all edges of the layer that read the same layer through the same pooling. */
function sharePools(
  model: IntegerModel,
  layer: Layer,
  chosen: readonly EdgePlan[],
): Pick<LayerDraft, 'edges' | 'pools'> {
  const pools: Omit<PoolPlan, 'offset'>[] = [];
  const edges = chosen.map((plan, e) => {
    const edge = layer.edges[e];
    const pooling = poolingOf(edge);
    // The reference kernels pool while they read.
    if (pooling === undefined || plan.kernel === 'reference') return plan;
    const used = edge.source.layers.map((source) => {
      const { shape } = model.layers[source];
      const pool = { layer: source, pooling, ...pooledSize(shape, pooling), channels: shape.channels };
      const known = pools.findIndex((other) => samePool(other, pool));
      return known >= 0 ? known : pools.push(pool) - 1;
    });
    return { ...plan, pools: used };
  });
  return { edges, pools };
}

function samePool(a: Omit<PoolPlan, 'offset'>, b: Omit<PoolPlan, 'offset'>): boolean {
  return (
    a.layer === b.layer &&
    a.pooling.kind === b.pooling.kind &&
    a.pooling.height === b.pooling.height &&
    a.pooling.width === b.pooling.width
  );
}

/** Scratch of one output pixel: the same for every pixel of the layer, one after the other. */
function layOutScratch(
  model: IntegerModel,
  layer: Layer,
  edges: readonly EdgePlan[],
): { readonly scratch: ScratchPlan; readonly bytes: number } {
  const vector = layer.shape.channels * 4;
  const fromInput = layer.edges.some(readsInput);
  const fromSpikes = layer.edges.some((edge) => !readsInput(edge));
  const events = longestList(model, layer, edges);
  let bytes = 0;
  const take = (needed: boolean, size: number): number | undefined => {
    if (!needed) return undefined;
    const offset = bytes;
    bytes += alignUp(size);
    return offset;
  };
  const scratch: ScratchPlan = {
    membrane: take(true, vector),
    current: take(fromSpikes, vector),
    base: take(fromInput, vector),
    sums: take(!edges.every(scalesItself), vector),
    events: take(events > 0, events * 2),
  };
  return { scratch, bytes };
}

function longestList(model: IntegerModel, layer: Layer, edges: readonly EdgePlan[]): number {
  return layer.edges.reduce((longest, edge, e) => {
    const lists = edge.kind === 'conv' && (edges[e].kernel === 'lanes' || edges[e].kernel === 'rows');
    return lists ? Math.max(longest, rowsOf(model, edge)) : longest;
  }, 0);
}

export function poolRequest(pool: Omit<PoolPlan, 'offset'>, step: number, timesteps: number): BufferRequest {
  return {
    name: `layer ${step} pooled copy of layer ${pool.layer}`,
    role: 'pooled',
    bytes: pool.height * pool.width * pixelBytes(pool.channels) * timesteps,
    firstStep: step,
    lastStep: step,
  };
}

export function moveScratch(scratch: ScratchPlan, by: number): ScratchPlan {
  const moved = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : offset + by;
  return {
    membrane: moved(scratch.membrane),
    current: moved(scratch.current),
    base: moved(scratch.base),
    sums: moved(scratch.sums),
    events: moved(scratch.events),
    lists: scratch.lists?.map((offset) => offset + by),
    currents: moved(scratch.currents),
    states: moved(scratch.states),
    patch: moved(scratch.patch),
  };
}
