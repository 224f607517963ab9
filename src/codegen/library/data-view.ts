import type { IntegerType } from '../../model/interval.js';
import type { Edge, IntegerModel, Layer } from '../../model/types.js';
import { headStart } from '../plan/network.js';
import type { EdgePlan, LayerPlan, NetworkPlan } from '../plan/types.js';
import { cHex, cInteger, cLines } from './c-text.js';
import { edgeName, layerName, type Names } from './names.js';
import { outputChannelLast, packLanes } from './weights.js';

/** A constant table as the templates print it. */
export interface TableView {
  readonly comment: string;
  /** C type of an element. */
  readonly type: string;
  readonly name: string;
  readonly length: number;
  readonly lines: readonly string[];
}

export function dataTables(model: IntegerModel, plan: NetworkPlan, names: Names): readonly TableView[] {
  return [
    ...plan.layers.flatMap((layerPlan) => layerTables(model, layerPlan, names)),
    ...headTables(model, plan, names),
  ];
}

function layerTables(model: IntegerModel, plan: LayerPlan, names: Names): readonly TableView[] {
  const layer = model.layers[plan.index];
  const name = layerName(names, plan.index);
  const shared = [
    integerTable('bias', plan.biasType, `${name}_bias`, layer.bias),
    integerTable('threshold', plan.thresholdType, `${name}_threshold`, layer.threshold),
  ];
  const edges = plan.edges.flatMap((edgePlan, e) =>
    edgeTables(layer, layer.edges[e], edgePlan, edgeName(names, plan.index, e)),
  );
  return [...shared, ...edges];
}

function edgeTables(layer: Layer, edge: Edge, plan: EdgePlan, name: string): readonly TableView[] {
  const tables: TableView[] = [];
  if (edge.kind === 'conv') tables.push(weightTable(layer, edge.codes, plan, `${name}_weights`));
  if (plan.multiplier.kind === 'table') {
    tables.push(integerTable('multiplier', plan.multiplier.type, `${name}_multiplier`, edge.multiplier));
  }
  return tables;
}

function weightTable(layer: Layer, codes: Int8Array, plan: EdgePlan, name: string): TableView {
  const { channels } = layer.shape;
  if (plan.kernel === 'lanes') {
    const words = packLanes(codes, channels, plan.lanes!);
    return {
      comment: '[ky][kx][inChannel] rows of byte lanes, four output channels a word',
      type: 'uint32_t',
      name,
      length: words.length,
      lines: cLines(Array.from(words, cHex), 8),
    };
  }
  if (plan.kernel === 'reference')
    return integerTable('[outChannel][ky][kx][inChannel]', 'int8', name, codes);
  return integerTable('[ky][kx][inChannel][outChannel]', 'int8', name, outputChannelLast(codes, channels));
}

function headTables(model: IntegerModel, plan: NetworkPlan, names: Names): readonly TableView[] {
  return [
    integerTable('bias of all timesteps', plan.head.biasType, `${names.prefix}_head_bias`, headStart(model)),
    integerTable('[class][channel]', 'int8', `${names.prefix}_head_weights`, model.head.codes),
  ];
}

function integerTable(
  comment: string,
  type: IntegerType,
  name: string,
  values: Int8Array | Int32Array,
): TableView {
  return {
    comment,
    type: `${type}_t`,
    name,
    length: values.length,
    lines: cLines(Array.from(values, cInteger), type === 'int8' ? 24 : 12),
  };
}
