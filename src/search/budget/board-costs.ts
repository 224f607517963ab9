import type { TrainingGraph } from '../../training/graph.js';
import type { TrainedNetwork } from '../trained-network.js';
import type { BoardFigures } from './limits.js';

/** Firing rates at which costs are known; they are linear in between. */
export const RATE_KNOTS: readonly number[] = [0, 0.05, 0.1, 0.2, 0.4, 1];

/** A cost at one timestep and at all timesteps of the graph, linear in between. */
export interface OverTimesteps<Value> {
  readonly one: Value;
  readonly all: Value;
}

/** `[RATE_KNOTS]`. */
export type RateCurve = readonly number[];

/** What one edge adds to its population when its weights have one width and one keep fraction. */
export interface EdgeChoiceCosts {
  readonly flashBytes: number;
  /** Of weights that are unpacked when the firmware starts; 0 where they are read from flash. */
  readonly ramBytes: number;
  /** By the mean firing rate of what the edge reads. */
  readonly instructions: OverTimesteps<RateCurve>;
}

export interface PopulationCosts {
  /** Biases and thresholds. */
  readonly flashBytes: number;
  /** Neurons, without any edge. */
  readonly instructions: OverTimesteps<number>;
  /** `[edge][bits choice][keep choice]`. */
  readonly edges: readonly (readonly (readonly EdgeChoiceCosts[])[])[];
}

/** A piece of working memory. Step i is population i, the step after the last one is the head. */
export interface BufferCosts {
  /** `spikes` live until their last reader, `pooled` while their population reads any pooled source, others as stated. */
  readonly role: string;
  readonly bytes: OverTimesteps<number>;
  readonly firstStep: number;
  readonly lastStep: number;
}

/** Cost model of a board for a graph: plain data, from which expectations over all choices are computed. */
export interface GraphCosts {
  readonly fixed: { readonly flashBytes: number; readonly ramBytes: number };
  readonly populations: readonly PopulationCosts[];
  readonly head: {
    readonly flashBytes: number;
    readonly ramBytes: number;
    readonly instructions: OverTimesteps<RateCurve>;
  };
  readonly buffers: readonly BufferCosts[];
  readonly secondsPerInstruction: number;
  readonly joulesPerSecond: number;
  /** Where energy is not power times time: `instructions` of these tables are energy, in a unit of so many joules. */
  readonly energy?: EnergyCosts | undefined;
}

export interface EnergyCosts {
  readonly populations: readonly PopulationCosts[];
  readonly head: GraphCosts['head'];
  readonly joulesPerUnit: number;
}

/**
 * What the search asks about a board. It is implemented where code is planned and handed in, because search must not
 * know about code generation.
 */
export interface BoardCosts {
  /** Of a supernet or of a decoded network. */
  tablesOf(graph: TrainingGraph): GraphCosts;
  /** Of a decoded network by its shape alone, with typical weights. @param rates `[population]` */
  predict(graph: TrainingGraph, rates: readonly number[]): BoardFigures;
  /** Of a network with its weights, folded to integers and planned as it will be generated. @param rates `[population]` */
  check(network: TrainedNetwork, rates: readonly number[]): BoardFigures;
}
