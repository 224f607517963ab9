import { earlyPart } from '../../model/early-exit.js';
import type { IntegerType } from '../../model/interval.js';
import { analyzeRanges } from '../../model/ranges.js';
import type { Edge, IntegerModel, Layer } from '../../model/types.js';
import { headStart } from '../plan/network.js';
import { isRowKernel } from '../plan/rows.js';
import { wholeEights, wholeGroups } from '../plan/neurons.js';
import type { EdgePlan, LayerPlan, NetworkPlan } from '../plan/types.js';
import { cHex, cInteger, cLines } from './c-text.js';
import { edgeName, layerName, type Names } from './names.js';
import { edgeTable, headTable } from '../storage/weights.js';
import { laneWords } from './row-weights.js';
import { neuronTable } from './neuron-table.js';
import { weightView, type UnpackedView, type WeightView } from './weight-view.js';

/** A constant table as the templates print it. */
export interface TableView {
  readonly comment: string;
  /** C type of an element. */
  readonly type: string;
  readonly name: string;
  readonly length: number;
  readonly lines: readonly string[];
}

export interface DataView {
  readonly tables: readonly TableView[];
  readonly unpacked: readonly UnpackedView[];
}

export function dataView(model: IntegerModel, plan: NetworkPlan, names: Names): DataView {
  const weights = [...edgeWeights(model, plan, names), headWeights(model, plan, names)];
  return {
    tables: [
      ...plan.layers.flatMap((layerPlan) => layerTables(model, layerPlan, names)),
      ...headTables(model, plan, names),
      ...weights.map(({ table }) => table),
    ],
    unpacked: weights.flatMap(({ unpacked }) => unpacked ?? []),
  };
}

function edgeWeights(model: IntegerModel, plan: NetworkPlan, names: Names): readonly WeightView[] {
  return plan.layers.flatMap(({ index, edges }) => {
    const layer = model.layers[index];
    return edges.flatMap((edgePlan, e) => {
      const edge = layer.edges[e];
      if (edge.kind === 'identity') return [];
      const name = `${edgeName(names, index, e)}_weights`;
      return [weightView(name, edgeTable(model, layer, edge, edgePlan), edgePlan.storage)];
    });
  });
}

function headWeights(model: IntegerModel, { head }: NetworkPlan, names: Names): WeightView {
  return weightView(`${names.prefix}_head_weights`, headTable(model), head.storage);
}

function layerTables(model: IntegerModel, plan: LayerPlan, names: Names): readonly TableView[] {
  const layer = model.layers[plan.index];
  const name = layerName(names, plan.index);
  const shared = neuronTables(model, layer, plan, name);
  const multipliers = plan.edges.flatMap((edgePlan, e) =>
    edgePlan.multiplier.kind === 'table'
      ? [multiplierTable(layer, layer.edges[e], edgePlan, `${edgeName(names, plan.index, e)}_multiplier`)]
      : [],
  );
  return [...shared, ...multipliers];
}

function neuronTables(
  model: IntegerModel,
  layer: Layer,
  plan: LayerPlan,
  name: string,
): readonly TableView[] {
  if (plan.lif === 'rows') return [laneNeuronTable(`${name}_neurons`, layer)];
  if (plan.lif === 'stem' || plan.lif === 'wide') {
    const { membrane } = analyzeRanges(model).layers[plan.index];
    const channels = plan.lif === 'stem' ? wholeEights(layer) : wholeGroups(layer);
    const table = neuronTable(layer, membrane, channels);
    return [integerTable('bias, threshold', 'int32', `${name}_neurons`, table)];
  }
  return [
    integerTable('bias', plan.biasType, `${name}_bias`, layer.bias),
    integerTable('threshold', plan.thresholdType, `${name}_threshold`, layer.threshold),
  ];
}

/** No membrane of 16 bits is above it. */
const NEVER = 32767;

function multiplierTable(layer: Layer, edge: Edge, plan: EdgePlan, name: string): TableView {
  if (plan.kernel === 'row-identity' || isRowKernel(plan.kernel))
    return laneTable('multiplier', name, edge.multiplier, 0);
  if (plan.kernel === 'input-pairs') {
    const whole = new Int32Array(wholeEights(layer));
    whole.set(edge.multiplier);
    return integerTable('multiplier', 'int32', name, whole);
  }
  const type = plan.multiplier.kind === 'table' ? plan.multiplier.type : 'int32';
  return integerTable('multiplier', type, name, edge.multiplier);
}

/** Words of biases and of thresholds in turn. */
function laneNeuronTable(name: string, layer: Layer): TableView {
  const bias = laneWords(layer.bias, 0);
  const threshold = laneWords(
    layer.threshold.map((value) => Math.min(value, NEVER)),
    NEVER,
  );
  const words = Uint32Array.from({ length: 2 * bias.length }, (_, i) => (i % 2 ? threshold : bias)[i >> 1]);
  return wordTable('bias, threshold of two 16-bit lanes', name, words);
}

/** 16-bit lanes in the order of litesnn_sums.h; values that are larger wrap around, as the lanes do. */
function laneTable(comment: string, name: string, values: Int32Array, filler: number): TableView {
  return wordTable(`${comment}, two 16-bit lanes a word`, name, laneWords(values, filler));
}

function wordTable(comment: string, name: string, words: Uint32Array): TableView {
  return { comment, type: 'uint32_t', name, length: words.length, lines: cLines(Array.from(words, cHex), 8) };
}

function headTables(model: IntegerModel, plan: NetworkPlan, names: Names): readonly TableView[] {
  const { earlyExit } = plan;
  const early =
    earlyExit === undefined
      ? []
      : [
          integerTable(
            'bias of the timesteps before an early exit',
            earlyExit.biasType,
            `${names.prefix}_early_head_bias`,
            headStart(earlyPart(model, earlyExit)),
          ),
        ];
  return [
    ...early,
    integerTable('bias of all timesteps', plan.head.biasType, `${names.prefix}_head_bias`, headStart(model)),
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
