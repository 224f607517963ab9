import type { Edge, Head, IntegerModel, Layer } from './types.js';
import { accumulatorInterval } from './accumulator-range.js';
import {
  add,
  checkWidth,
  channelRange,
  hull,
  scale,
  ZERO,
  type ChannelRange,
  type Interval,
} from './interval.js';
import { elementsOf } from '../core/geometry.js';

/** Intervals that no input can leave; all `[channel]` of the layer. */
export interface EdgeRanges {
  /** Every partial sum of `code * spike` (`code * int8` at the input), in whatever order the taps are added. */
  readonly accumulator: ChannelRange;
  /** `multiplier * accumulator`. */
  readonly product: ChannelRange;
}

export interface LayerRanges {
  readonly edges: readonly EdgeRanges[];
  /** `bias`, then every partial sum as the edges' products are added in their order; the last one is the current. */
  readonly current: ChannelRange;
  /** `u` before the comparison and `v` after it, over all timesteps, with the 0 before the first. */
  readonly membrane: ChannelRange;
  /** `leak * v`; v of the last timestep is not carried on, so this is 0 where the model runs one timestep. */
  readonly leakProduct: ChannelRange;
  /** The thresholds themselves. They may lie outside `membrane` (a channel that always or never fires). */
  readonly threshold: ChannelRange;
}

export interface HeadRanges {
  /** Spikes of a channel over all positions in one timestep; `[channel]` of the concatenation. */
  readonly count: ChannelRange;
  /** The same, summed over all timesteps. */
  readonly totalCount: ChannelRange;
  /** `code * count`, and `code * totalCount`, over the channels; `[class]`. */
  readonly product: ChannelRange;
  /**
   * Every partial sum of a logit, channels in any order after the bias: timestep by timestep, or
   * `timesteps * bias + codes * totalCount` at once.
   */
  readonly logits: ChannelRange;
}

export interface ModelRanges {
  readonly layers: readonly LayerRanges[];
  readonly head: HeadRanges;
}

/**
 * Interval of every intermediate result of the model, and the narrowest integer type that holds it.
 *
 * The intervals take spikes as independent, so they may be wider than what can happen, never narrower.
 * @throws LitesnnError `MODEL_RANGE_TOO_WIDE` where 32 bits would not do: nothing ever saturates or wraps silently.
 */
export function analyzeRanges(model: IntegerModel): ModelRanges {
  return {
    layers: model.layers.map((layer) => analyzeLayer(model, layer)),
    head: analyzeHead(model, model.head),
  };
}

function analyzeLayer(model: IntegerModel, layer: Layer): LayerRanges {
  const where = `layer ${layer.name}`;
  const edges = layer.edges.map((edge, i) => analyzeEdge(model, layer, edge, `${where}, edge ${i}`));
  const channels = Array.from(layer.bias, (bias, c) =>
    analyzeNeuron(
      layer,
      c,
      bias,
      edges.map((edge) => edge.product),
      model.timesteps,
    ),
  );
  const range = (name: string, pick: (neuron: NeuronIntervals) => Interval): ChannelRange =>
    checkWidth(channelRange(channels.map(pick)), `${where}: ${name}`);
  return {
    edges,
    current: range('current', (neuron) => neuron.current),
    membrane: range('membrane potential', (neuron) => neuron.membrane),
    leakProduct: range('leak * membrane potential', (neuron) => neuron.leakProduct),
    threshold: channelRange(Array.from(layer.threshold, (value) => ({ low: value, high: value }))),
  };
}

function analyzeEdge(model: IntegerModel, layer: Layer, edge: Edge, where: string): EdgeRanges {
  const accumulators = Array.from(edge.multiplier, (_, c) =>
    edge.kind === 'conv' ? accumulatorInterval(model, layer.shape, edge, c) : { low: 0, high: 1 },
  );
  const products = accumulators.map((interval, c) => scale(interval, edge.multiplier[c]));
  return {
    accumulator: checkWidth(channelRange(accumulators), `${where}: accumulator`),
    product: checkWidth(channelRange(products), `${where}: multiplier * accumulator`),
  };
}

interface NeuronIntervals {
  readonly current: Interval;
  readonly membrane: Interval;
  readonly leakProduct: Interval;
}

function analyzeNeuron(
  layer: Layer,
  channel: number,
  bias: number,
  products: readonly ChannelRange[],
  timesteps: number,
): NeuronIntervals {
  let total: Interval = { low: bias, high: bias };
  let partial = total;
  for (const product of products) {
    total = add(total, { low: product.low[channel], high: product.high[channel] });
    partial = hull(partial, total);
  }
  const { membrane, leakProduct } = followMembrane(total, layer.leak, layer.threshold[channel], timesteps);
  return { current: partial, membrane, leakProduct };
}

/** Steps the interval of v through all timesteps, as the neuron itself steps. */
export function followMembrane(
  current: Interval,
  leak: number,
  threshold: number,
  timesteps: number,
): Pick<NeuronIntervals, 'membrane' | 'leakProduct'> {
  let v = ZERO;
  let membrane = ZERO;
  let leakProduct = ZERO;
  for (let t = 0; t < timesteps; t++) {
    const leaked = scale(v, leak);
    const u = add({ low: Math.floor(leaked.low / 256), high: Math.floor(leaked.high / 256) }, current);
    leakProduct = hull(leakProduct, leaked);
    v = afterReset(u, threshold);
    membrane = hull(membrane, hull(u, v));
  }
  return { membrane, leakProduct };
}

function afterReset(u: Interval, threshold: number): Interval {
  if (u.low > threshold) return ZERO;
  if (u.high <= threshold) return u;
  return hull(ZERO, { low: u.low, high: threshold });
}

function analyzeHead(model: IntegerModel, head: Head): HeadRanges {
  const { timesteps } = model;
  const positions = head.layers.flatMap((index) => {
    const { shape } = model.layers[index];
    return Array.from({ length: shape.channels }, () => elementsOf(shape) / shape.channels);
  });
  const products: Interval[] = [];
  const logits: Interval[] = [];
  head.bias.forEach((bias, k) => {
    let product = ZERO;
    let sum = ZERO;
    positions.forEach((count, c) => {
      const one = scale({ low: 0, high: count }, head.codes[k * positions.length + c]);
      product = hull(product, scale(one, timesteps));
      sum = add(sum, one);
    });
    products.push(product);
    logits.push(hull(ZERO, scale(add({ low: bias, high: bias }, sum), timesteps)));
  });
  const counts = positions.map((count) => ({ low: 0, high: count }));
  return {
    count: checkWidth(channelRange(counts), 'head: spike count'),
    totalCount: checkWidth(channelRange(counts.map((count) => scale(count, timesteps))), 'head: total count'),
    product: checkWidth(channelRange(products), 'head: code * count'),
    logits: checkWidth(channelRange(logits), 'head: logit'),
  };
}
