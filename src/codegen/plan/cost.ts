import { elementsOf, type Shape } from '../../core/geometry.js';
import type { ConvEdge, Edge, IntegerModel, Layer } from '../../model/types.js';
import { poolingOf, readsInput, sourceChannels } from './edges.js';
import { pixelBytes } from './lifetimes.js';
import { isRowKernel } from './rows.js';
import type { EdgePlan, LayerPlan } from './types.js';

/**
 * Instructions of the kernels in templates/runtime on a Cortex-M4 (GCC 12, -O3), read off the compiled loops and
 * compared with counts of an emulated board. Rough: within a factor of about 1.3 for whole networks.
 */
const COST = {
  /** LIF of a neuron and timestep, and preparing its current. */
  neuron: 18,
  /** The same in 16-bit lanes. */
  laneNeuron: 8,
  /** Entering an edge's kernel at one pixel and timestep. */
  call: 130,
  /** Looking at four bytes of packed spikes. */
  word: 8,
  /** Listing one spike. */
  event: 7,
  /** Adding one word (four channels) of a spike's row of lanes, and starting a row. */
  lane: 2,
  row: 6,
  /** Adding four lanes to four sums. */
  spreadWord: 34,
  /** Adding one signed byte of a row. */
  byte: 6,
  /** One multiplication and addition on the int8 input. */
  inputProduct: 6,
  pairedProduct: 1.1,
  /** One product of a plain reference kernel. */
  referenceProduct: 22,
  /** One more pass over the channels, for a table of multipliers. */
  scale: 6,
  /** One spike counted by the head, and one byte looked at. */
  count: 10,
  headProduct: 5,
  poolByte: 40,
} as const;

/** Instructions of one edge in one inference, given the rate at which its sources fire. */
export function edgeInstructions(
  model: IntegerModel,
  layer: Layer,
  edge: Edge,
  plan: EdgePlan,
  rate: number,
): number {
  const pixels = layer.shape.height * layer.shape.width;
  const { channels } = layer.shape;
  const passes = plan.multiplier.kind === 'table' ? channels * COST.scale : 0;
  if (plan.kernel === 'input-pairs')
    return pixels * (COST.call + inputProducts(model, edge, channels) * COST.pairedProduct);
  if (readsInput(edge))
    return pixels * (COST.call + passes + inputProducts(model, edge, channels) * COST.inputProduct);
  return (
    pixels *
    model.timesteps *
    (COST.call + passes + perPixel(model, layer, edge, plan, pooledRate(edge, rate)))
  );
}

function inputProducts(model: IntegerModel, edge: Edge, channels: number): number {
  if (edge.kind === 'identity') return channels;
  return taps(edge) * (edge.depthwise ? channels : channels * model.input.channels);
}

function taps(edge: ConvEdge): number {
  return edge.kernel.height * edge.kernel.width;
}

/** An OR fires when one of its window does. */
function pooledRate(edge: Edge, rate: number): number {
  const pooling = poolingOf(edge);
  return pooling?.kind === 'or' ? 1 - (1 - rate) ** (pooling.height * pooling.width) : rate;
}

function perPixel(model: IntegerModel, layer: Layer, edge: Edge, plan: EdgePlan, rate: number): number {
  const { channels } = layer.shape;
  const inputs = sourceChannels(model, edge);
  const positions = edge.kind === 'conv' ? taps(edge) : 1;
  const words = (positions * pixelBytes(inputs)) / 4;
  const events = positions * inputs * rate;
  const rowWords = Math.ceil(channels / 4);
  switch (plan.kernel) {
    case 'lanes': {
      const blocks = Math.ceil(channels / 32);
      const bursts = Math.ceil(events / (plan.lanes?.burst ?? 1));
      const adding = events * (COST.event + blocks * COST.row + rowWords * COST.lane);
      return words * COST.word + adding + bursts * rowWords * COST.spreadWord;
    }
    case 'row-planes':
    case 'row-nibbles':
    case 'row-bytes':
      return rowInstructions(plan, channels, words, events);
    case 'row-depthwise':
      return words * COST.word + channels + positions * channels * rate * COST.event;
    case 'row-identity':
      return channels * COST.row;
    case 'rows':
      return words * COST.word + events * (COST.event + channels * COST.byte);
    case 'depthwise':
    case 'identity':
      return positions * (COST.call / 4) + events * (COST.event + COST.byte);
    default:
      return (
        positions * inputs * (edge.kind === 'conv' && !edge.depthwise ? channels : 1) * COST.referenceProduct
      );
  }
}

/** Instructions of adding one row to a group of 32 channels, bursts included. */
const ROW_COST = { 'row-planes': 7, 'row-nibbles': 10, 'row-bytes': 16 } as const;

function rowInstructions(plan: EdgePlan, channels: number, words: number, events: number): number {
  if (!isRowKernel(plan.kernel)) return 0;
  const groups = channels / 32;
  return words * COST.word + events * (COST.event / 2 + groups * ROW_COST[plan.kernel]);
}

/** Neurons of a layer over all timesteps. */
export function neuronInstructions(layer: Layer, lif: LayerPlan['lif'], timesteps: number): number {
  return (
    elementsOf(layer.shape) *
    timesteps *
    (lif === 'fast' || lif === 'reference' ? COST.neuron : COST.laneNeuron)
  );
}

export function poolInstructions(shape: Shape, timesteps: number): number {
  return shape.height * shape.width * pixelBytes(shape.channels) * timesteps * COST.poolByte;
}

export function headInstructions(model: IntegerModel, rates: readonly number[]): number {
  const { layers, bias, codes } = model.head;
  const counting = layers.reduce((sum, index) => {
    const { shape } = model.layers[index];
    return sum + elementsOf(shape) * model.timesteps * (rates[index] + 1 / 8) * COST.count;
  }, 0);
  return counting + (codes.length + bias.length) * COST.headProduct;
}
