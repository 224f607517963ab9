import { elementsOf, type Shape } from '../core/geometry.js';
import { INPUT_SOURCE, type ConvEdge, type IntegerModel } from '../model/types.js';

/** Operations of one inference, all timesteps. */
export interface OperationCounts {
  /** Kept weights x output positions of edges on the int8 input (computed once), and the head's products with counts. */
  readonly multiplyAccumulates: number;
  /** Kept weights x output positions x firing rate of the source, summed over timesteps: accumulates. */
  readonly synapticOperations: number;
  /** The same and the head's, each weighed by its weight's bits (LitE-SNN's Bit-SynOps). */
  readonly bitSynapticOperations: number;
  /** Membrane updates: neurons x timesteps. */
  readonly membraneUpdates: number;
  /** Connections that an unpruned network would evaluate at every timestep. */
  readonly denseConnections: number;
}

function countKept(codes: Int8Array): number {
  let kept = 0;
  for (const code of codes) if (code !== 0) kept++;
  return kept;
}

/** Output positions that each weight serves (borders counted as if they had all their neighbours). */
function positions(shape: Shape): number {
  return shape.height * shape.width;
}

/** Spikes per neuron and timestep over an edge's sources, weighed by their channels. */
function sourceRate(edge: ConvEdge, model: IntegerModel, rates: readonly number[]): number {
  let spikes = 0;
  let channels = 0;
  for (const source of edge.source.layers) {
    const count = model.layers[source].shape.channels;
    spikes += rates[source] * count;
    channels += count;
  }
  return spikes / channels;
}

/**
 * Counts by layer means. `rates[layer]` is spikes per neuron and timestep; `timesteps` those that really ran (mean).
 */
export function countOperations(
  model: IntegerModel,
  rates: readonly number[],
  timesteps: number,
): OperationCounts {
  let multiplyAccumulates = 0;
  let synapticOperations = 0;
  let bitSynapticOperations = 0;
  let membraneUpdates = 0;
  let denseConnections = 0;
  for (const layer of model.layers) {
    membraneUpdates += elementsOf(layer.shape) * timesteps;
    for (const edge of layer.edges) {
      if (edge.kind === 'identity') continue;
      const places = positions(layer.shape);
      const operations = countKept(edge.codes) * places;
      denseConnections += edge.codes.length * places * timesteps;
      if (edge.source.layers[0] === INPUT_SOURCE) {
        multiplyAccumulates += operations;
        continue;
      }
      const events = operations * sourceRate(edge, model, rates) * timesteps;
      synapticOperations += events;
      bitSynapticOperations += events * edge.bits;
    }
  }
  const headProducts = countKept(model.head.codes) * timesteps;
  multiplyAccumulates += headProducts;
  bitSynapticOperations += headProducts * model.head.bits;
  denseConnections += model.head.codes.length * timesteps;
  return {
    multiplyAccumulates,
    synapticOperations,
    bitSynapticOperations,
    membraneUpdates,
    denseConnections,
  };
}
