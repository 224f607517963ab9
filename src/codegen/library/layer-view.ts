import { shapeText, type Shape } from '../../core/geometry.js';
import { INPUT_SOURCE, type ConvEdge, type Edge, type IntegerModel, type Layer } from '../../model/types.js';
import { poolingOf, readsInput, rowWords, sourceChannels } from '../plan/edges.js';
import { pixelBytes } from '../plan/lifetimes.js';
import type { EdgePlan, LayerPlan, PoolPlan } from '../plan/types.js';
import { commentSafe } from '../provenance.js';
import { call, pixelProgram, type CallView } from './calls.js';
import { rowCall, rowConstants } from './rows-view.js';
import { stemCall, stemConstants } from './stem-view.js';
import { edgeName, layerName, poolName, type Names } from './names.js';

/** `type name = { values };` or, as an array, `type name[] = ...`. */
export interface ConstantView {
  readonly type: string;
  readonly name: string;
  readonly values: string;
}

export interface LayerView {
  readonly index: number;
  readonly name: string;
  readonly title: string;
  readonly height: number;
  readonly width: number;
  readonly timesteps: number;
  readonly constants: readonly ConstantView[];
  /** Vectors in the arena that the layer uses. */
  readonly vectors: readonly { readonly name: string; readonly offset: number }[];
  readonly usesEvents: boolean;
  readonly eventsOffset: number;
  readonly usesInput: boolean;
  readonly pools: readonly CallView[];
  /** The whole layer in one call, in place of the loops over pixels. */
  readonly wholeLayer: CallView | undefined;
  readonly perPixel: readonly CallView[];
  readonly perTimestep: readonly CallView[];
  /** C expressions that count the spikes (or input values) that the layer reads. */
  readonly sourceCounts: readonly string[];
}

export function layerView(model: IntegerModel, plan: LayerPlan, names: Names): LayerView {
  const layer = model.layers[plan.index];
  const name = layerName(names, plan.index);
  const { scratch } = plan;
  const vectors = (['membrane', 'current', 'base', 'sums'] as const).flatMap((vector) => {
    const offset = scratch[vector];
    return offset === undefined ? [] : [{ name: vector, offset }];
  });
  return {
    index: plan.index,
    name,
    title: `layer ${plan.index}, ${commentSafe(layer.name)}: ${shapeText(layer.shape)}`,
    height: layer.shape.height,
    width: layer.shape.width,
    timesteps: model.timesteps,
    constants: layerConstants(model, layer, plan, names),
    vectors,
    usesEvents: scratch.events !== undefined,
    eventsOffset: scratch.events ?? 0,
    usesInput: layer.edges.some(readsInput),
    pools: plan.pools.map((pool, i) => poolCall(model, plan, pool, i, names)),
    ...program(layer, plan, name),
    sourceCounts: layer.edges.flatMap((edge) =>
      edge.source.layers.map((source) => countOf(model, source, names)),
    ),
  };
}

function program(
  layer: Layer,
  plan: LayerPlan,
  name: string,
): Pick<LayerView, 'wholeLayer' | 'perPixel' | 'perTimestep'> {
  if (plan.lif === 'rows' || plan.lif === 'wide')
    return { wholeLayer: rowCall(plan, name), perPixel: [], perTimestep: [] };
  if (plan.lif === 'stem') return { wholeLayer: stemCall(name), perPixel: [], perTimestep: [] };
  return { wholeLayer: undefined, ...pixelProgram(layer, plan, name) };
}

function countOf(model: IntegerModel, source: number, names: Names): string {
  return source === INPUT_SOURCE
    ? `litesnn_count_nonzero(input, ${names.upper}_INPUT_BYTES)`
    : `litesnn_count_spikes(&${layerName(names, source)}_spikes, ${model.timesteps}, arena)`;
}

function spikesConstant(name: string, offset: number, shape: Shape): ConstantView {
  const { height, width, channels } = shape;
  return {
    type: 'litesnn_spikes',
    name,
    values: `${offset}u, ${height}, ${width}, ${channels}, ${pixelBytes(channels)}`,
  };
}

function poolCall(
  model: IntegerModel,
  plan: LayerPlan,
  pool: PoolPlan,
  index: number,
  names: Names,
): CallView {
  const from = `&${layerName(names, pool.layer)}_spikes`;
  const to = `&${poolName(names, plan.index, index)}`;
  const { kind, height, width } = pool.pooling;
  return call(`litesnn_pool_${kind}`, from, to, height, width, model.timesteps, 'arena');
}

function layerConstants(
  model: IntegerModel,
  layer: Layer,
  plan: LayerPlan,
  names: Names,
): readonly ConstantView[] {
  const pools = plan.pools.map((pool, i) =>
    spikesConstant(poolName(names, plan.index, i), pool.offset, pool),
  );
  const edges = layer.edges.flatMap((edge, e) => edgeConstants(model, layer, plan, edge, e, names));
  return [
    spikesConstant(`${layerName(names, plan.index)}_spikes`, plan.spikes.offset, layer.shape),
    ...pools,
    ...edges,
    ...wholeLayerConstants(model, layer, plan, layerName(names, plan.index)),
  ];
}

function wholeLayerConstants(
  model: IntegerModel,
  layer: Layer,
  plan: LayerPlan,
  name: string,
): readonly ConstantView[] {
  if (plan.lif === 'rows' || plan.lif === 'wide') return rowConstants(layer, plan, model.timesteps, name);
  return plan.lif === 'stem' ? stemConstants(model, layer, plan, name) : [];
}

function edgeConstants(
  model: IntegerModel,
  layer: Layer,
  plan: LayerPlan,
  edge: Edge,
  index: number,
  names: Names,
): readonly ConstantView[] {
  const name = edgeName(names, plan.index, index);
  const edgePlan = plan.edges[index];
  const constants = readsInput(edge)
    ? [inputConstant(model, name)]
    : sourceConstants(model, plan, edge, edgePlan, name, names);
  if (edge.kind === 'conv') constants.push(windowConstant(edge, name));
  if (edgePlan.lanes !== undefined) {
    const { burst, step, bias } = edgePlan.lanes;
    const values = `${name}_weights, ${rowWords(layer)}, ${layer.shape.channels}, ${burst}, ${step}, ${bias}`;
    constants.push({ type: 'litesnn_lanes', name: `${name}_lanes`, values });
  }
  return constants;
}

function inputConstant(model: IntegerModel, name: string): ConstantView {
  const { height, width, channels } = model.input;
  return { type: 'litesnn_input', name: `${name}_source`, values: `${height}, ${width}, ${channels}` };
}

function windowConstant(edge: ConvEdge, name: string): ConstantView {
  const { kernel, stride, padding } = edge;
  const values = [kernel.height, kernel.width, stride.height, stride.width, padding.top, padding.left].join(
    ', ',
  );
  return { type: 'litesnn_window', name: `${name}_window`, values };
}

function sourceConstants(
  model: IntegerModel,
  plan: LayerPlan,
  edge: Edge,
  edgePlan: EdgePlan,
  name: string,
  names: Names,
): ConstantView[] {
  const parts = edge.source.layers.map((source, i) => {
    const pool = edgePlan.pools?.[i];
    return pool === undefined
      ? `&${layerName(names, source)}_spikes`
      : `&${poolName(names, plan.index, pool)}`;
  });
  const partsName = `${name}_parts`;
  const source = `${partsName}, ${parts.length}, ${sourceChannels(model, edge)}`;
  return [
    { type: 'litesnn_spikes *const', name: `${partsName}[]`, values: parts.join(', ') },
    edgePlan.kernel === 'reference'
      ? {
          type: 'litesnn_ref_source',
          name: `${name}_source`,
          values: `{${source}}, ${referencePooling(edge)}`,
        }
      : { type: 'litesnn_source', name: `${name}_source`, values: source },
  ];
}

function referencePooling(edge: Edge): string {
  const pooling = poolingOf(edge);
  return pooling === undefined
    ? '1, 1, 0'
    : `${pooling.height}, ${pooling.width}, ${pooling.kind === 'or' ? 1 : 0}`;
}
