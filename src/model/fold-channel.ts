import { add, hull, scale, ZERO, type Interval } from './interval.js';
import { followMembrane } from './ranges.js';

/** What all neurons of the network share; the threshold is real, in units of the trained network. */
export interface FoldingNeuron {
  readonly leak: number;
  readonly threshold: number;
  readonly timesteps: number;
}

/** One edge into one channel: current `gain * acc`. */
export interface ChannelEdge {
  readonly gain: number;
  readonly accumulator: Interval;
  /** Typical spread of acc; 0 where it cannot vary. */
  readonly deviation: number;
}

/** A channel of the trained network: `I = offset + sum gain * acc`. */
export interface RealChannel {
  readonly edges: readonly ChannelEdge[];
  readonly offset: number;
}

export interface IntegerChannel {
  /** One an edge; unused where the channel is constant. */
  readonly multipliers: readonly number[];
  readonly bias: number;
  readonly threshold: number;
  /** Its spikes don't depend on its inputs: its weights can go. */
  readonly constant: boolean;
  /** Spread of the roundings over that of the membrane, or over the threshold if that is less: a measure for how many spikes they change. */
  readonly error: number;
  /** Hull of all products, currents and membranes. */
  readonly reach: Interval;
  readonly leakProduct: Interval;
}

/** The threshold of a channel that no input moves: its membrane, at most 1.2 times this, still fits 16 bits. */
const CONSTANT_STEPS = 16_384;

/** Standard deviations of a rounding to the nearest, and of the rounded bias with the floors of the leak. */
const ROUNDING = Math.sqrt(1 / 12);
const LEAK_ROUNDING = 0.4;

/**
 * The channel in integers, where `scaleOfReference` becomes the multiplier of edge `reference` (or, where that edge means little
 * to this channel, of the one that means most).
 *
 * `smallest`: share of the threshold that inputs must be able to move the current by to be kept at all.
 */
export function foldChannel(
  neuron: FoldingNeuron,
  channel: RealChannel,
  reference: number,
  scaleOfReference: number,
  smallest: number,
): IntegerChannel {
  const current = channel.edges.reduce((total, edge) => add(total, scale(edge.accumulator, edge.gain)), {
    low: channel.offset,
    high: channel.offset,
  });
  if (alwaysFires(neuron, current)) return constantChannel(neuron, 0, -1);
  if (neverFires(neuron, current)) return constantChannel(neuron, 0, 0);
  if (neuron.timesteps > 1 && current.high - current.low < smallest * neuron.threshold) {
    const steps = (channel.offset / neuron.threshold) * CONSTANT_STEPS;
    const { bias, threshold } = biasAndThreshold(neuron, steps, CONSTANT_STEPS);
    return constantChannel(neuron, bias, threshold);
  }
  const unit = chooseUnit(channel, reference, scaleOfReference);
  const multipliers = channel.edges.map((edge) => Math.round(edge.gain / unit));
  const { bias, threshold } = biasAndThreshold(neuron, channel.offset / unit, neuron.threshold / unit);
  const products = channel.edges.map((edge, e) => scale(edge.accumulator, multipliers[e]));
  return {
    multipliers,
    constant: false,
    error: roundingError(neuron, channel, multipliers, unit),
    ...followNeuron(neuron, products, bias, threshold),
  };
}

/** The current is above the threshold whatever the input, so the membrane is always reset. */
function alwaysFires(neuron: FoldingNeuron, current: Interval): boolean {
  return current.low > neuron.threshold;
}

/** Even the largest current at every timestep never adds up to the threshold. */
function neverFires(neuron: FoldingNeuron, current: Interval): boolean {
  const decay = neuron.leak / 256;
  const gathered = current.high > 0 ? (1 - decay ** neuron.timesteps) / (1 - decay) : 1;
  return current.high * gathered <= neuron.threshold;
}

function constantChannel(neuron: FoldingNeuron, bias: number, threshold: number): IntegerChannel {
  return { multipliers: [], constant: true, error: 0, ...followNeuron(neuron, [], bias, threshold) };
}

/** What one integer step is worth. */
function chooseUnit(channel: RealChannel, reference: number, scaleOfReference: number): number {
  const weights = channel.edges.map((edge) => Math.abs(edge.gain) * edge.deviation);
  const most = Math.max(...weights);
  const chosen = weights[reference] >= most / 8 ? reference : weights.indexOf(most);
  return Math.abs(channel.edges[chosen].gain) / scaleOfReference;
}

/**
 * With one timestep the bias is part of the threshold, exactly. With more, what rounding took from the bias is given to the
 * threshold, and half a step for the floor of the leak at all timesteps but the first.
 */
function biasAndThreshold(
  neuron: FoldingNeuron,
  offset: number,
  threshold: number,
): { bias: number; threshold: number } {
  if (neuron.timesteps === 1) return { bias: 0, threshold: Math.floor(threshold - offset) };
  const bias = Math.round(offset);
  const floors = (0.5 * (neuron.timesteps - 1)) / neuron.timesteps;
  return { bias, threshold: Math.floor(threshold - (offset - bias) - floors) };
}

/** Follows the intervals; a threshold outside of what the membrane reaches is moved to its edge, which changes no spike. */
function followNeuron(
  neuron: FoldingNeuron,
  products: readonly Interval[],
  bias: number,
  threshold: number,
): Pick<IntegerChannel, 'bias' | 'threshold' | 'reach' | 'leakProduct'> {
  let current: Interval = { low: bias, high: bias };
  let reach = hull(ZERO, current);
  for (const product of products) {
    current = add(current, product);
    reach = hull(hull(reach, product), current);
  }
  const { leak, timesteps } = neuron;
  const wide = followMembrane(current, leak, threshold, timesteps).membrane;
  const clamped = Math.max(wide.low - 1, Math.min(wide.high, threshold));
  const { membrane, leakProduct } = followMembrane(current, leak, clamped, timesteps);
  return { bias, threshold: clamped, reach: hull(reach, membrane), leakProduct };
}

function roundingError(
  neuron: FoldingNeuron,
  channel: RealChannel,
  multipliers: readonly number[],
  unit: number,
): number {
  let error = neuron.timesteps === 1 ? 0 : LEAK_ROUNDING ** 2;
  let spread = 0;
  channel.edges.forEach((edge, e) => {
    const exact = Math.abs(multipliers[e] * unit - edge.gain) <= 1e-9 * Math.abs(edge.gain);
    if (!exact) error += (ROUNDING * edge.deviation) ** 2;
    spread += (multipliers[e] * edge.deviation) ** 2;
  });
  // Where single spikes already outweigh the threshold, it is the threshold that has to be met.
  return Math.sqrt(error) / Math.min(Math.sqrt(spread), neuron.threshold / unit);
}
