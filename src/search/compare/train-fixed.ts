import { join } from 'node:path';
import { Random } from '../../core/random.js';
import type { TensorMap } from '../../training/engine.js';
import type { TrainingGraph } from '../../training/graph.js';
import { augmentationFor } from '../augment/by-data.js';
import { derivedSeed } from '../batches.js';
import { retrain, type RetrainOutcome } from '../retrain.js';
import { stepsOf, usableBatch, type SearchOptions } from '../search.js';
import { startingParameters } from '../starting.js';

const FRESH_PARAMETERS = 9;

/** Parameters before the first step, the same for the same seed. */
export function freshParameters(graph: TrainingGraph, seed: number): TensorMap {
  return startingParameters(graph, Random.fromSeed(derivedSeed(seed, FRESH_PARAMETERS)));
}

/**
 * Parameters of a graph with the same edges taken over; scores of weights that were not pruned before are their magnitudes, so that the
 * smallest weights go first.
 */
export function carryOver(graph: TrainingGraph, from: TensorMap, seed: number): TensorMap {
  const parameters = freshParameters(graph, seed);
  for (const [name, values] of parameters) {
    const earlier = from.get(name);
    if (earlier !== undefined) values.set(earlier);
    else if (name.endsWith('.score')) values.set(magnitudes(from.get(name.replace(/score$/, 'w'))!));
  }
  return parameters;
}

/** In standard deviations around 0. */
function magnitudes(weights: Float32Array): Float32Array {
  const power = weights.reduce((sum, w) => sum + w * w, 0) / weights.length;
  const spread = Math.sqrt(power) || 1;
  return weights.map((w) => Math.abs(w) / spread);
}

export interface FixedTraining {
  readonly graph: TrainingGraph;
  readonly initial: TensorMap;
  readonly epochs: number;
  /** Folder of its checkpoint, and its name in progress and history. */
  readonly stage: string;
}

/** Trains a network without choices by the schedule's retraining. A network that does not spike has no penalty on firing. */
export function trainFixed(options: SearchOptions, training: FixedTraining): Promise<RetrainOutcome> {
  const { data, engine, schedule, seed, augment, progress, signal, checkpointSeconds, folder } = options;
  const { graph, initial, epochs, stage } = training;
  const batch = usableBatch(schedule.batch, data.train);
  const { activation = 'spiking' } = graph;
  return retrain(
    {
      graph,
      initial,
      engine,
      data,
      seed,
      epochs,
      batch,
      stepsPerEpoch: stepsOf(schedule.retrainSamplesPerEpoch, data.train, batch),
      rates: schedule.retrainRates,
      firing: activation === 'spiking' ? schedule.firing : undefined,
      augment: augmentationFor(augment, data),
      label: stage,
    },
    { folder: join(folder, stage), progress, signal, checkpointSeconds },
  );
}
