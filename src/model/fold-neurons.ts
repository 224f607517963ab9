import { foldChannel, type FoldingNeuron, type IntegerChannel, type RealChannel } from './fold-channel.js';
import type { RealEdge } from './fold-edge.js';
import { scale, type Interval } from './interval.js';
import type { Edge, Layer } from './types.js';

/**
 * Multipliers of the reference edge that are tried: powers of two, so that the device shifts or, at 1, does nothing. The larger,
 * the finer the integer unit and the wider the membrane.
 */
const SCALES = Array.from({ length: 17 }, (_, bits) => 2 ** bits);

/** A 16-bit membrane is taken where its roundings are at most this part of the membrane's spread, 32 bits otherwise. */
const ERROR_IN_16_BITS = 0.005;

/** Where 32 bits are needed anyway, scales stop growing here. */
const ERROR_IN_32_BITS = 0.0005;

/** See {@link foldChannel}; the later ones only where a channel would not fit 32 bits. */
const SMALLEST_MOVEMENTS = [1 / 512, 1 / 128, 1 / 32];

interface Choice {
  readonly scale: number;
  readonly channels: readonly IntegerChannel[];
}

/**
 * Edges with multipliers, bias and threshold of a population.
 * @param intervals `[edge][channel]` of the integer sums, before any sign is turned.
 */
export function foldNeurons(
  neuron: FoldingNeuron,
  realEdges: readonly RealEdge[],
  intervals: readonly (readonly Interval[])[],
): Pick<Layer, 'edges' | 'bias' | 'threshold'> {
  const channelCount = realEdges[0].gain.length;
  const channels = Array.from({ length: channelCount }, (_, c) => realChannel(realEdges, intervals, c));
  const choice = choose(neuron, channels, referenceEdge(realEdges));
  return {
    edges: realEdges.map((edge, e) => integerEdge(edge, e, choice)),
    bias: Int32Array.from(choice.channels, (channel) => channel.bias),
    threshold: Int32Array.from(choice.channels, (channel) => channel.threshold),
  };
}

/** A negative gain of a convolution becomes positive: its codes change sign, and with them the interval. */
function turns(edge: RealEdge, channel: number): boolean {
  return edge.edge.kind === 'conv' && edge.gain[channel] < 0;
}

function realChannel(
  edges: readonly RealEdge[],
  intervals: readonly (readonly Interval[])[],
  c: number,
): RealChannel {
  return {
    offset: edges.reduce((total, edge) => total + edge.offset[c], 0),
    edges: edges.map((edge, e) => {
      const sign = turns(edge, c) ? -1 : 1;
      const accumulator = scale(intervals[e][c], sign);
      const varies = accumulator.high > accumulator.low;
      return { gain: sign * edge.gain[c], accumulator, deviation: varies ? edge.deviation[c] : 0 };
    }),
  };
}

/** The edge with the widest sums: rounding its multiplier would cost most, so it gets the power of two. */
function referenceEdge(edges: readonly RealEdge[]): number {
  const sums = edges.map((edge) => edge.deviation.reduce((total, deviation) => total + deviation, 0));
  return sums.indexOf(Math.max(...sums));
}

function choose(neuron: FoldingNeuron, channels: readonly RealChannel[], reference: number): Choice {
  const at = (scale: number, smallest: number): Choice => ({
    scale,
    channels: channels.map((channel) => foldChannel(neuron, channel, reference, scale, smallest)),
  });
  for (const smallest of SMALLEST_MOVEMENTS) {
    const all = SCALES.map((scale) => at(scale, smallest));
    if (errorOf(all[0]) === 0 && fits(all[0], 32)) return all[0];
    const narrow = all.filter((choice) => fits(choice, 16) && errorOf(choice) <= ERROR_IN_16_BITS).at(-1);
    if (narrow !== undefined) return narrow;
    const wide = all.filter((choice) => fits(choice, 32));
    const fine = wide.find((choice) => errorOf(choice) <= ERROR_IN_32_BITS) ?? wide.at(-1);
    if (fine !== undefined) return fine;
  }
  // Too wide in every way: the range analysis of the finished model says where.
  return at(1, SMALLEST_MOVEMENTS[SMALLEST_MOVEMENTS.length - 1]);
}

/** Mean over the channels that depend on their inputs. */
function errorOf(choice: Choice): number {
  const live = choice.channels.filter((channel) => !channel.constant);
  return live.reduce((total, channel) => total + channel.error, 0) / Math.max(1, live.length);
}

function fits(choice: Choice, bits: 16 | 32): boolean {
  const within = ({ low, high }: Interval, width: number): boolean =>
    low >= -(2 ** (width - 1)) && high < 2 ** (width - 1);
  return choice.channels.every(({ reach, leakProduct }) => within(reach, bits) && within(leakProduct, 32));
}

function integerEdge(real: RealEdge, e: number, choice: Choice): Edge {
  const { edge } = real;
  const { channels } = choice;
  if (edge.kind === 'identity') {
    return {
      ...edge,
      multiplier: Int32Array.from(channels, (channel) => (channel.constant ? 0 : channel.multipliers[e])),
    };
  }
  const codes = edge.codes.slice();
  const perChannel = codes.length / channels.length;
  channels.forEach((channel, c) => {
    const row = codes.subarray(c * perChannel, (c + 1) * perChannel);
    if (channel.constant) row.fill(0);
    else if (turns(real, c)) row.forEach((code, i) => (row[i] = -code));
  });
  // A constant channel has only zeros to multiply: the scale of all others keeps the layer uniform.
  const multiplier = Int32Array.from(channels, (channel) =>
    channel.constant ? choice.scale : channel.multipliers[e],
  );
  return { ...edge, codes, multiplier };
}
