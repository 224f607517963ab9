import type { IntegerType } from '../../model/interval.js';
import type { Edge, Layer } from '../../model/types.js';
import { readsInput, rowWords, scalesItself } from '../plan/edges.js';
import type { EdgePlan, LayerPlan } from '../plan/types.js';
import { cInteger } from './c-text.js';

/** A call of the runtime: `result = name(arguments);`; `result` is empty where nothing is returned. */
export interface CallView {
  readonly result: string;
  readonly name: string;
  readonly arguments: string;
}

export function call(name: string, ...args: (string | number)[]): CallView {
  return { result: '', name, arguments: args.map(String).join(', ') };
}

/** What is done for one output pixel: once, and at every timestep. */
export interface PixelProgram {
  readonly perPixel: readonly CallView[];
  readonly perTimestep: readonly CallView[];
}

/** Names of the local variables in the generated function of a layer. */
const [MEMBRANE, CURRENT, BASE, SUMS] = ['membrane', 'current', 'base', 'sums'];

export function pixelProgram(layer: Layer, plan: LayerPlan, name: string): PixelProgram {
  const { channels } = layer.shape;
  const perPixel = [call('litesnn_clear', MEMBRANE, channels)];
  const perTimestep: CallView[] = [];
  const start = (to: string): CallView =>
    call(`litesnn_start_${suffix(plan.biasType)}`, to, `${name}_bias`, channels);

  if (plan.scratch.base !== undefined) perPixel.push(start(BASE));
  if (plan.scratch.current !== undefined) {
    perTimestep.push(
      plan.scratch.base === undefined ? start(CURRENT) : call('litesnn_copy', CURRENT, BASE, channels),
    );
  }
  layer.edges.forEach((edge, e) => {
    const edgePlan = plan.edges[e];
    const onInput = readsInput(edge);
    const calls = edgeCalls(layer, edge, edgePlan, `${name}_edge${e}`, onInput ? BASE : CURRENT);
    (onInput ? perPixel : perTimestep).push(...calls);
  });
  const current = plan.scratch.current === undefined ? BASE : CURRENT;
  perTimestep.push(lifCall(layer, plan, name, current));
  return { perPixel, perTimestep };
}

function lifCall(layer: Layer, plan: LayerPlan, name: string, current: string): CallView {
  const lif = plan.lif === 'reference' ? 'litesnn_ref_lif' : `litesnn_lif_${suffix(plan.thresholdType)}`;
  const output = `litesnn_output(arena, &${name}_spikes, t, y, x)`;
  return call(lif, MEMBRANE, current, `${name}_threshold`, layer.leak, layer.shape.channels, output);
}

/** Adds `multiplier * sum` of one edge to `to`: in one go, or through a vector of sums. */
function edgeCalls(layer: Layer, edge: Edge, plan: EdgePlan, name: string, to: string): readonly CallView[] {
  const { channels } = layer.shape;
  if (scalesItself(plan) && plan.multiplier.kind === 'uniform') {
    return kernelCalls(layer, edge, plan, name, to, cInteger(plan.multiplier.value));
  }
  const scaled =
    plan.multiplier.kind === 'uniform'
      ? call('litesnn_add_uniform', to, SUMS, cInteger(plan.multiplier.value), channels)
      : call(`litesnn_add_scaled_${suffix(plan.multiplier.type)}`, to, SUMS, `${name}_multiplier`, channels);
  return [call('litesnn_clear', SUMS, channels), ...kernelCalls(layer, edge, plan, name, SUMS, '1'), scaled];
}

function kernelCalls(
  layer: Layer,
  edge: Edge,
  plan: EdgePlan,
  name: string,
  to: string,
  scale: string,
): readonly CallView[] {
  const source = `&${name}_source`;
  const window = `&${name}_window`;
  const weights = `${name}_weights`;
  const { channels } = layer.shape;
  const at = ['arena', 't', 'y', 'x'];
  const collect = (step: number): CallView => ({
    ...call('litesnn_collect', source, window, ...at, step, 'events'),
    result: 'count',
  });
  switch (plan.kernel) {
    case 'lanes':
      return [
        collect(rowWords(layer)),
        call('litesnn_add_lanes', `&${name}_lanes`, 'events', 'count', scale, to),
      ];
    case 'rows':
      return [collect(1), call('litesnn_add_rows', weights, channels, 'events', 'count', scale, to)];
    case 'depthwise':
      return [call('litesnn_add_depthwise', source, window, weights, ...at, scale, to)];
    case 'identity':
      return [call('litesnn_add_identity', source, ...at, scale, to)];
    case 'input-dense':
      return [call('litesnn_add_input_dense', source, window, weights, channels, 'input', 'y', 'x', to)];
    case 'input-depthwise':
      return [call('litesnn_add_input_depthwise', source, window, weights, 'input', 'y', 'x', to)];
    case 'reference':
      return [referenceCall(layer, edge, name, to)];
    case 'row-planes':
    case 'row-nibbles':
    case 'row-bytes':
    case 'row-depthwise':
    case 'row-identity':
    case 'input-pairs':
      throw new Error(`${plan.kernel} runs whole layers`);
  }
}

function referenceCall(layer: Layer, edge: Edge, name: string, to: string): CallView {
  const source = `&${name}_source`;
  const at = ['arena', 't', 'y', 'x'];
  if (edge.kind === 'identity') return call('litesnn_ref_identity', source, ...at, to);
  const shared = [source, `&${name}_window`, `${name}_weights`];
  const { channels } = layer.shape;
  if (readsInput(edge)) {
    return edge.depthwise
      ? call('litesnn_ref_input_depthwise', ...shared, 'input', 'y', 'x', to)
      : call('litesnn_ref_input_dense', ...shared, channels, 'input', 'y', 'x', to);
  }
  return edge.depthwise
    ? call('litesnn_ref_depthwise', ...shared, ...at, to)
    : call('litesnn_ref_dense', ...shared, channels, ...at, to);
}

/** `int16` to the ending of the runtime's function for it. */
export function suffix(type: IntegerType): string {
  return type.replace('int', 'i');
}
