import type { LearningSplits } from '../../data/dataset.js';
import { divideByGroup } from '../../data/splits.js';
import { derivedSeed } from '../batches.js';
import type { Schedule } from '../presets.js';
import { stepsOf, usableBatch } from '../search.js';

/** A schedule whose epochs have a fraction of their samples. */
export function scaledSchedule(schedule: Schedule, data: LearningSplits, effort: number): Schedule {
  const batch = usableBatch(schedule.batch, data.train);
  const scaled = (samples: number | undefined): number =>
    Math.max(batch, Math.round(effort * batch * stepsOf(samples, data.train, batch)));
  return {
    ...schedule,
    samplesPerEpoch: scaled(schedule.samplesPerEpoch),
    retrainSamplesPerEpoch: scaled(schedule.retrainSamplesPerEpoch),
  };
}

/** Any seed: groups decide how large the parts are, not which groups are in them. */
const SOME_SEED = derivedSeed(1);

/**
 * Epochs for a network that is not searched: those of retraining, and as many more as have the weight steps' samples of the search, so that
 * all networks see about as many.
 */
export function epochsWithoutSearch(schedule: Schedule, data: LearningSplits): number {
  const [weights, architecture] = divideByGroup(data.train, schedule.architectureShare, SOME_SEED);
  const searchBatch = usableBatch(schedule.batch, weights, architecture);
  const searched = schedule.epochs * searchBatch * stepsOf(schedule.samplesPerEpoch, weights, searchBatch);
  const batch = usableBatch(schedule.batch, data.train);
  const epoch = batch * stepsOf(schedule.retrainSamplesPerEpoch, data.train, batch);
  return schedule.retrainEpochs + Math.round(searched / epoch);
}

/** Epochs in `parts` shares as equal as can be, the first ones larger, none empty. */
export function sharesOf(epochs: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, i) => Math.max(1, Math.floor((epochs + parts - 1 - i) / parts)));
}
