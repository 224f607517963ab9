import { join } from 'node:path';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { writeAtomic, writeJson } from '../core/files.js';
import type { Progress } from '../core/progress.js';
import { Random } from '../core/random.js';
import type { LearningSplits, Split } from '../data/dataset.js';
import { divideByGroup } from '../data/splits.js';
import type { TensorMap, TrainingEngine } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import { startingParameters } from './starting.js';
import { augmentationFor, type AugmentChoice } from './augment/by-data.js';
import { derivedSeed } from './batches.js';
import { buildNetwork, decode } from './decode.js';
import type { Genotype } from './genotype.js';
import { searchJointly, type JointOutcome, type Lambdas } from './joint.js';
import type { HistoryEntry, LoopControl } from './loop.js';
import { writeTrainedNetwork } from './network-file.js';
import type { Schedule } from './presets.js';
import { retrain } from './retrain.js';
import { buildSupernet, type SpaceOptions, type SupernetSpec } from './space.js';
import type { TrainedNetwork } from './trained-network.js';
import { startFromSupernet } from './warm-start.js';

/** Parts of the method switched off, to see what each is worth. */
export interface Ablation {
  /** This width in every cell. */
  readonly bits?: 1 | 2 | 4 | undefined;
  /** Nothing pruned. */
  readonly keep?: 1 | undefined;
  /** This many timesteps. */
  readonly timesteps?: number | undefined;
  /** Two random pairs a node. */
  readonly architecture?: 'random' | undefined;
}

export interface SearchOptions {
  /** Never holds a test split. */
  readonly data: LearningSplits;
  readonly engine: TrainingEngine;
  readonly space: string;
  readonly spaceOptions?: SpaceOptions | undefined;
  readonly seed: number;
  readonly schedule: Schedule;
  readonly lambdas: Lambdas;
  readonly ablate?: Ablation | undefined;
  readonly augment?: AugmentChoice | undefined;
  /** Checkpoints and results; a run found here goes on where it stopped. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly checkpointSeconds?: number | undefined;
}

export interface SearchResult {
  readonly network: TrainedNetwork;
  readonly genotype: Genotype;
  /** On the validation split. */
  readonly accuracy: number;
  /** `[population][timestep]` on the validation split, spikes per neuron. */
  readonly rates: Float32Array;
  readonly history: readonly HistoryEntry[];
  readonly seconds: { readonly search: number; readonly retrain: number };
}

const DIVISION = 7;
const FRESH_PARAMETERS = 8;

/**
 * The whole search: supernet, joint search, decoding, retraining. Writes `genotype.json`, `history.jsonl`, `network.json` and
 * `network.bin` into the folder; checkpoints are in its subfolders `search` and `retrain`.
 * @throws LitesnnError INTERRUPTED (exit 130) when aborted; SPACE_*, SEARCH_TOO_FEW_SAMPLES, CHECKPOINT_*
 */
export async function runSearch(options: SearchOptions): Promise<SearchResult> {
  const { data, folder, seed } = options;
  const supernet = buildSupernet(
    options.space,
    data.shape,
    data.classes.length,
    ablatedSpace(options.spaceOptions ?? {}, options.ablate ?? {}),
  );
  const joint = await jointStage(options, supernet);
  const genotype = decode(supernet, joint.architecture);
  writeJson(join(folder, 'genotype.json'), genotype);
  writeHistory(folder, joint.history);

  const graph = buildNetwork(genotype, data.shape, data.classes.length);
  const outcome = await retrainStage(options, graph, startOf(options, supernet, joint, genotype, graph));
  const history = [...joint.history, ...outcome.history];
  writeHistory(folder, history);
  const network: TrainedNetwork = { graph, parameters: outcome.parameters, genotype, seed };
  writeTrainedNetwork(folder, network);
  return {
    network,
    genotype,
    accuracy: outcome.accuracy,
    rates: outcome.rates,
    history,
    seconds: { search: joint.seconds, retrain: outcome.seconds },
  };
}

function ablatedSpace(options: SpaceOptions, ablate: Ablation): SpaceOptions {
  return {
    ...options,
    ...(ablate.bits === undefined ? {} : { bits: [ablate.bits] }),
    ...(ablate.keep === undefined ? {} : { keep: [ablate.keep] }),
    ...(ablate.timesteps === undefined ? {} : { timesteps: ablate.timesteps }),
  };
}

/** The joint search of a supernet, from its checkpoint where there is one. */
export function jointStage(options: SearchOptions, supernet: SupernetSpec): Promise<JointOutcome> {
  const { data, schedule, seed, ablate = {} } = options;
  const [weightSplit, architectureSplit] = divideByGroup(
    data.train,
    schedule.architectureShare,
    derivedSeed(seed, DIVISION),
  );
  const batch = usableBatch(schedule.batch, architectureSplit, weightSplit);
  return searchJointly(
    {
      supernet,
      engine: options.engine,
      weightSplit,
      architectureSplit,
      dataHash: data.hash,
      seed,
      epochs: schedule.epochs,
      batch,
      stepsPerEpoch: stepsOf(schedule.samplesPerEpoch, weightSplit, batch),
      warmupEpochs: schedule.warmupEpochs,
      architectureEvery: schedule.architectureEvery,
      lambdas: options.lambdas,
      weightRates: schedule.weightRates,
      architectureRates: schedule.architectureRates,
      randomArchitecture: ablate.architecture === 'random',
      fixedTimesteps: ablate.timesteps !== undefined,
      augment: augmentationFor(options.augment, data),
    },
    controlOf(options, 'search'),
  );
}

function startOf(
  options: SearchOptions,
  supernet: SupernetSpec,
  joint: JointOutcome,
  genotype: Genotype,
  graph: TrainingGraph,
): TensorMap {
  const random = Random.fromSeed(derivedSeed(options.seed, FRESH_PARAMETERS));
  const initial = startingParameters(graph, random);
  if (options.schedule.start === 'supernet') {
    const { gates } = joint.architecture.mix();
    startFromSupernet(initial, { graph, genotype }, supernet, joint.parameters, gates);
  }
  return initial;
}

function retrainStage(
  options: SearchOptions,
  graph: TrainingGraph,
  initial: TensorMap,
): ReturnType<typeof retrain> {
  const { data, engine, schedule, seed, augment } = options;
  const batch = usableBatch(schedule.batch, data.train);
  return retrain(
    {
      graph,
      initial,
      engine,
      data,
      seed,
      epochs: schedule.retrainEpochs,
      batch,
      stepsPerEpoch: stepsOf(schedule.retrainSamplesPerEpoch, data.train, batch),
      rates: schedule.retrainRates,
      firing: schedule.firing,
      augment: augmentationFor(augment, data),
    },
    controlOf(options, 'retrain'),
  );
}

function controlOf(options: SearchOptions, stage: string): LoopControl {
  const { progress, signal, checkpointSeconds, folder } = options;
  return { folder: join(folder, stage), progress, signal, checkpointSeconds };
}

/** Statistics of normalization need more than one sample. */
const SMALLEST_BATCH = 2;

/** The wanted batch, or a whole split where that is less. */
export function usableBatch(wanted: number, ...splits: readonly Split[]): number {
  const fewest = Math.min(...splits.map((split) => split.count));
  if (fewest < SMALLEST_BATCH) {
    throw new LitesnnError(
      'SEARCH_TOO_FEW_SAMPLES',
      ExitCode.usage,
      'the training split has too few samples or groups to search with',
      { hint: 'the search needs at least two samples on each side of its division of the training split' },
    );
  }
  return Math.min(wanted, fewest);
}

/** A small split is not passed over more often than this in an epoch: it would only be learned by heart. */
const MOST_PASSES = 8;

/** Steps that count as an epoch. */
export function stepsOf(samples: number | undefined, split: Split, batch: number): number {
  return Math.max(1, Math.floor(Math.min(samples ?? split.count, MOST_PASSES * split.count) / batch));
}

function writeHistory(folder: string, history: readonly HistoryEntry[]): void {
  writeAtomic(join(folder, 'history.jsonl'), history.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}
