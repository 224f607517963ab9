import { planNetwork } from '../../codegen/plan/network.js';
import type { CostOfWork, LayerPlan, StorageChoice } from '../../codegen/plan/types.js';
import { headStorage } from '../../codegen/storage/options.js';
import { UNPACK_CODE_BYTES } from '../../codegen/storage/unpack-cost.js';
import { firmwareOverhead } from '../../codegen/firmware/overhead.js';
import {
  RATE_KNOTS,
  type BufferCosts,
  type EdgeChoiceCosts,
  type GraphCosts,
  type OverTimesteps,
  type PopulationCosts,
} from '../../search/budget/board-costs.js';
import type { Target } from '../../targets/target.js';
import type { EdgeSpec, PopulationSpec, TrainingGraph } from '../../training/graph.js';
import { isAlone, probeEdge, probeSilence, type CostedTarget } from './probe.js';
import { LARGEST_CHOICE, skeletonOf } from './skeleton.js';

/** RAM for weights that are unpacked. */
function unpackedBytes({ edges }: LayerPlan): number {
  return edges.reduce((sum, { storage }) => sum + (storage?.ramBytes ?? 0), 0);
}

/**
 * Costs of every part of a graph, asked of the planner one part at a time: a population with one edge, at two numbers of timesteps
 * and a few firing rates. So they are the kernels' and storage formats' own, whatever those are.
 * @param packed weights are packed in flash and unpacked in RAM
 * @param costOf unit of the tables' `instructions`, where it is another
 */
export function costTables(
  graph: TrainingGraph,
  target: Target,
  { packed, costOf }: { readonly packed: boolean; readonly costOf?: CostOfWork | undefined },
): Pick<GraphCosts, 'fixed' | 'populations' | 'head' | 'buffers'> {
  const largest = (timesteps: number): ReturnType<typeof skeletonOf> =>
    skeletonOf(graph, timesteps, LARGEST_CHOICE);
  const known = new Map<string, EdgeChoiceCosts>();
  const headAt = (timesteps: number): number[] =>
    RATE_KNOTS.map(
      (rate) => planNetwork(largest(timesteps), target, { firingRate: rate, costOf }).head.instructions,
    );
  const storage = packed ? 'packed' : 'dense';
  const { head } = planNetwork(largest(1), target);
  const packedHead = packed ? headStorage(largest(1)).at(0) : undefined;
  const { flashBytes, ramBytes } = firmwareOverhead(largest(1));
  return {
    fixed: { flashBytes: flashBytes + (packed ? UNPACK_CODE_BYTES : 0), ramBytes },
    populations: graph.populations.map((population) =>
      populationCosts(graph, population, { target, costOf }, storage, known),
    ),
    head: {
      flashBytes: (packedHead?.flashBytes ?? head.flash.weights) + head.flash.tables,
      ramBytes: packedHead?.ramBytes ?? 0,
      instructions: overTimesteps(graph, headAt),
    },
    buffers: buffersOf(graph, target),
  };
}

function overTimesteps<Value>(graph: TrainingGraph, at: (timesteps: number) => Value): OverTimesteps<Value> {
  const one = at(1);
  return { one, all: graph.timesteps === 1 ? one : at(graph.timesteps) };
}

function flashOf({ flash }: LayerPlan): number {
  return flash.weights + flash.tables;
}

interface Part {
  readonly flashBytes: number;
  readonly instructions: number;
}

/** Neurons alone, and with what {@link probeEdge} has beside the edge. */
function neuronCosts(
  costed: CostedTarget,
  population: PopulationSpec,
  timesteps: number,
): { readonly alone: Part; readonly withSilence: Part } {
  const part = (plan: LayerPlan): Part => ({ flashBytes: flashOf(plan), instructions: plan.instructions });
  if (isAlone(population)) {
    const identity = part(probeSilence(costed, population, 1, timesteps));
    return { alone: identity, withSilence: identity };
  }
  const two = part(probeSilence(costed, population, 2, timesteps));
  const three = part(probeSilence(costed, population, 3, timesteps));
  const without = (count: number): Part => ({
    flashBytes: two.flashBytes - count * (three.flashBytes - two.flashBytes),
    instructions: two.instructions - count * (three.instructions - two.instructions),
  });
  return { alone: without(2), withSilence: without(1) };
}

function populationCosts(
  graph: TrainingGraph,
  population: PopulationSpec,
  costed: CostedTarget,
  storage: StorageChoice,
  known: Map<string, EdgeChoiceCosts>,
): PopulationCosts {
  const neurons = overTimesteps(graph, (timesteps) => neuronCosts(costed, population, timesteps));
  const costsOf = (edge: EdgeSpec, bits: number, keep: number): EdgeChoiceCosts => {
    const shapes = edge.source.populations.map((p) => (p < 0 ? graph.input : graph.populations[p].shape));
    const plain = { ...edge, weight: undefined, gate: undefined, source: edge.source.pooling };
    const fromInput = edge.source.populations[0] < 0;
    const key = JSON.stringify([plain, shapes, fromInput, population.shape, isAlone(population), bits, keep]);
    const found = known.get(key);
    if (found !== undefined) return found;
    const pick = (): { bits: number; keep: number } => ({ bits, keep });
    const plans = overTimesteps(graph, (timesteps) =>
      RATE_KNOTS.map((rate) => probeEdge(costed, graph, population, edge, pick, timesteps, rate, 'dense')),
    );
    const stored = probeEdge(costed, graph, population, edge, pick, 1, 0, storage);
    const beyond = (all: readonly LayerPlan[], { instructions }: Part): number[] =>
      all.map((plan) => plan.instructions - instructions);
    const costs: EdgeChoiceCosts = {
      flashBytes: flashOf(stored) - neurons.one.withSilence.flashBytes,
      ramBytes: unpackedBytes(stored),
      instructions: {
        one: beyond(plans.one, neurons.one.withSilence),
        all: beyond(plans.all, neurons.all.withSilence),
      },
    };
    known.set(key, costs);
    return costs;
  };
  return {
    flashBytes: neurons.one.alone.flashBytes,
    instructions: { one: neurons.one.alone.instructions, all: neurons.all.alone.instructions },
    edges: population.edges.map((edge) =>
      edge.kind === 'identity'
        ? [[costsOf(edge, 1, 1)]]
        : edge.weight.bits.choices.map((bits) =>
            edge.weight.keep.choices.map((keep) => costsOf(edge, bits, keep)),
          ),
    ),
  };
}

/** Buffers of the network with all edges: which of them are in use, and how long, is for the search to expect. */
function buffersOf(graph: TrainingGraph, target: Target): readonly BufferCosts[] {
  const plans = overTimesteps(
    graph,
    (timesteps) => planNetwork(skeletonOf(graph, timesteps, LARGEST_CHOICE), target).buffers,
  );
  return plans.one.map(({ role, firstStep, lastStep, bytes }, i) => ({
    role,
    firstStep,
    lastStep,
    bytes: { one: bytes, all: plans.all[i].bytes },
  }));
}
