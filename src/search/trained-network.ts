import type { TensorMap } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';

/** A decoded, retrained network: every weight has one width and one keep fraction, no gates; T = graph.timesteps. */
export interface TrainedNetwork {
  readonly graph: TrainingGraph;
  readonly parameters: TensorMap;
  /** Human-readable choice: edges and operations of each node, bits and keep of each cell, timesteps. */
  readonly genotype: unknown;
  readonly seed: number;
}
