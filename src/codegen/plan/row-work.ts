import type { ConvEdge, Edge, IntegerModel, Layer } from '../../model/types.js';
import { pooledSourceShape } from '../../model/shapes.js';
import { expectedBursts } from './bursts.js';
import { activeChannels, sourceBytes, type PlanningRates } from './edge-work.js';
import { stemPairs } from './stem.js';
import type { EdgePlan, LayerPlan } from './types.js';
import { windowCounts, type WindowCounts } from './windows.js';
import type { Work } from './work.js';

/** Groups of 32 channels, and a last one of up to 16. */
export function groupsOf(channels: number): { readonly full: number; readonly half: number } {
  const rest = channels % 32;
  return { full: Math.floor(channels / 32) + Number(rest > 16), half: Number(rest > 0 && rest <= 16) };
}

/** Work of one edge of a layer that runs as a whole (litesnn_rows.c, litesnn_depthwise.c, litesnn_wide.c, litesnn_stem.c). */
export function wholeLayerWork(
  model: IntegerModel,
  layer: Layer,
  edge: Edge,
  plan: EdgePlan,
  lif: LayerPlan['lif'],
  rates: PlanningRates,
): Work {
  const steps = layer.shape.height * layer.shape.width * model.timesteps;
  const active = activeChannels(model, edge, rates);
  if (edge.kind === 'identity') {
    const { full, half } = groupsOf(layer.shape.channels);
    return named(plan.kernel, {
      group: steps * (full + half),
      byte: steps * sourceBytes(model, edge),
      event: steps * active,
    });
  }
  const source = pooledSourceShape(model, edge.source);
  const window = windowCounts(edge, source, layer.shape);
  if (lif === 'stem') return stemWork(model, layer, edge, plan, window, source.channels);
  const lists = listWork(model, edge, window, source.width, active);
  if (plan.kernel === 'row-depthwise') {
    const events = window.taps * model.timesteps * active;
    return { ...lists, ...named(plan.kernel, { pixel: steps, event: events }) };
  }
  return {
    ...lists,
    ...sumWork(model, layer, edge, plan, window, active / source.channels),
    ...(lif === 'wide' ? currentWork(layer, plan, steps) : {}),
  };
}

function named(kernel: string, work: Work): Work {
  return Object.fromEntries(Object.entries(work).map(([part, count]) => [`${kernel}.${part}`, count]));
}

function stemWork(
  model: IntegerModel,
  layer: Layer,
  edge: ConvEdge,
  plan: EdgePlan,
  window: WindowCounts,
  inputs: number,
): Work {
  const pairs = stemPairs(model, edge);
  const eights = Math.ceil(layer.shape.channels / 8);
  const scaled = plan.multiplier.kind === 'table' || plan.multiplier.value !== 1;
  return named(plan.kernel, {
    pixel: window.pixels,
    windowRow: window.rows,
    tap: window.taps * inputs,
    clear: window.outputRows * pairs * 2,
    pair: window.pixels * pairs,
    product: window.pixels * pairs * eights,
    scaled: scaled ? window.pixels * eights : 0,
  });
}

/** Lists of the spikes under rows of output pixels; pixels of whole words and of two bytes have loops of their own. */
function listWork(
  model: IntegerModel,
  edge: ConvEdge,
  window: WindowCounts,
  width: number,
  active: number,
): Work {
  const { timesteps } = model;
  const bytes = sourceBytes(model, edge);
  const columns = window.outputRows * width * timesteps;
  const pixels = window.lines * width * timesteps;
  const form =
    edge.source.layers.length > 1 ? 'parts' : bytes % 4 === 0 ? 'words' : bytes === 2 ? 'halves' : 'bytes';
  return named(`list-${form}`, {
    row: window.outputRows * timesteps,
    column: columns,
    pixel: pixels,
    word: pixels * Math.ceil(bytes / 4),
    event: pixels * active,
  });
}

/** Adding rows of weights, group by group. */
function sumWork(
  model: IntegerModel,
  layer: Layer,
  edge: ConvEdge,
  plan: EdgePlan,
  window: WindowCounts,
  rate: number,
): Work {
  const steps = window.pixels * model.timesteps;
  const positions = (window.taps / window.pixels) * pooledSourceShape(model, edge.source).channels;
  const { full, half } = groupsOf(layer.shape.channels);
  const events = steps * positions * rate;
  const some = steps * (1 - (1 - rate) ** positions);
  const bursts = steps * expectedBursts(positions, rate, plan.rows?.burst);
  const eights = steps * expectedBursts(positions, rate, 8);
  return named(plan.kernel, {
    group: some * full,
    half: some * half,
    event: events * full,
    halfEvent: events * half,
    burst: bursts * full,
    halfBurst: bursts * half,
    eight: eights * full,
    halfEight: eights * half,
  });
}

/** Sums to currents of 32 bits, where a layer is wide. */
function currentWork(layer: Layer, plan: EdgePlan, steps: number): Work {
  const { full, half } = groupsOf(layer.shape.channels);
  const form = `${plan.multiplier.kind}-${plan.rows?.step ?? 1}`;
  return named(`wide-${form}`, { edge: steps * (full + half), word: steps * (16 * full + 8 * half) });
}
