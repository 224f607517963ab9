import type { Edge, Layer } from '../../model/types.js';
import { isRowKernel, rowOrder } from '../plan/rows.js';
import type { EdgePlan, LayerPlan } from '../plan/types.js';
import { cInteger } from './c-text.js';
import { call, type CallView } from './calls.js';
import type { ConstantView } from './layer-view.js';

/** The descriptions that litesnn_rows.c works by: the layer's edges, the one that goes straight to the neurons last. */
export function rowConstants(
  layer: Layer,
  plan: LayerPlan,
  timesteps: number,
  name: string,
): readonly ConstantView[] {
  const edges = rowOrder(plan.edges).map((e) =>
    rowEdge(layer.edges[e], plan.edges[e], plan.scratch.lists![e], `${name}_edge${e}`),
  );
  return [
    { type: 'litesnn_row_edge', name: `${name}_edges[]`, values: edges.join(', ') },
    {
      type: 'litesnn_row_layer',
      name: `${name}_rows`,
      values: `&${name}_spikes, ${name}_edges, ${name}_neurons, ${edges.length}, ${timesteps}, ${layer.leak}`,
    },
  ];
}

function rowEdge(edge: Edge, plan: EdgePlan, lists: number, name: string): string {
  const conv = edge.kind === 'conv';
  const { multiplier, rows } = plan;
  const values = [
    `&${name}_source`,
    conv ? `&${name}_window` : '0',
    conv ? `${name}_weights` : '0',
    multiplier.kind === 'table' ? `${name}_multiplier` : '0',
    multiplier.kind === 'uniform' ? cInteger(multiplier.value) : '0',
    `${lists}u`,
    rows?.columns ?? 0,
    rows?.capacity ?? 0,
    conv ? formatOf(plan) : 'LITESNN_ROWS_BYTES',
    rows?.burst ?? 0,
    rows?.fill ?? 0,
    rows?.step ?? 1,
    rows?.bias ?? 0,
  ];
  return `{${values.join(', ')}}`;
}

function formatOf(plan: EdgePlan): string {
  return `LITESNN_ROWS_${form(plan).toUpperCase()}`;
}

function form(plan: EdgePlan): string {
  return plan.kernel.replace('row-', '');
}

export function rowCall(plan: LayerPlan, name: string): CallView {
  const [first] = plan.edges;
  const alone = plan.edges.length === 1 && isRowKernel(first.kernel) && first.multiplier.kind === 'uniform';
  return call(`litesnn_run_rows_${alone ? form(first) : 'mixed'}`, `&${name}_rows`, 'arena');
}
