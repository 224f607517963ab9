import type { Edge, Layer } from '../../model/types.js';
import { rowOrder } from '../plan/rows.js';
import type { EdgePlan, LayerPlan } from '../plan/types.js';
import { cInteger } from './c-text.js';
import { call, type CallView } from './calls.js';
import type { ConstantView } from './layer-view.js';

/** The descriptions that litesnn_rows.c and litesnn_wide.c work by: the layer's edges and itself. */
export function rowConstants(
  layer: Layer,
  plan: LayerPlan,
  timesteps: number,
  name: string,
): readonly ConstantView[] {
  const edges = rowOrder(plan.edges).map((e) =>
    rowEdge(layer.edges[e], plan.edges[e], plan.scratch.lists![e], `${name}_edge${e}`),
  );
  const tables = `&${name}_spikes, ${name}_edges, ${name}_neurons`;
  return [
    { type: 'litesnn_row_edge', name: `${name}_edges[]`, values: edges.join(', ') },
    plan.lif === 'rows'
      ? {
          type: 'litesnn_row_layer',
          name: `${name}_rows`,
          values: `${tables}, ${plan.scratch.states ?? 0}u, ${timesteps}, ${layer.leak}`,
        }
      : {
          type: 'litesnn_wide_layer',
          name: `${name}_wide`,
          values: `${tables}, ${plan.scratch.currents}u, ${edges.length}, ${timesteps}, ${layer.leak}`,
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
  // Weights of a depthwise convolution are words, as planes are.
  if (plan.kernel === 'row-depthwise') return 'LITESNN_ROWS_PLANES';
  return `LITESNN_ROWS_${form(plan).toUpperCase()}`;
}

function form(plan: EdgePlan): string {
  return plan.kernel.replace('row-', '');
}

export function rowCall(plan: LayerPlan, name: string): CallView {
  if (plan.lif === 'wide') return call('litesnn_run_wide', `&${name}_wide`, 'arena');
  return call(`litesnn_run_rows_${form(plan.edges[0])}`, `&${name}_rows`, 'arena');
}
