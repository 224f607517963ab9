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
import type { BoardCosts } from './budget/board-costs.js';
import type { SearchConstraints } from './budget/dual-ascent.js';
import { checkFeasible, simplest, type FitContext, type RatesByName } from './budget/fit.js';
import { DEPENDS_ON_FIRING, type Limits } from './budget/limits.js';
import { trainWithin, type Attempt, type TrainedWithin } from './budget/train-within.js';
import { buildNetwork, decode } from './decode.js';
import type { Genotype } from './genotype.js';
import { searchJointly, type JointOutcome, type Lambdas } from './joint.js';
import type { HistoryEntry, LoopControl } from './loop.js';
import { writeTrainedNetwork } from './network-file.js';
import type { Schedule } from './presets.js';
import { retrain, type RetrainOutcome, type Within } from './retrain.js';
import { writeSupernet, type EarlierSearch } from './transfer.js';
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

/** Limits of the search's outcome on a board. */
export interface Budgets {
  readonly costs: BoardCosts;
  /** Those of the user, and the board's own. */
  readonly limits: Limits;
  /** Least accuracy on the validation split, 0..1. */
  readonly accuracy?: number | undefined;
  /** The user asked for limits: multipliers take over from lambdas. Otherwise the outcome is only checked. */
  readonly guiding: boolean;
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
  /** What the network must obey on its board; without, nothing is checked. */
  readonly budgets?: Budgets | undefined;
  /** A finished search from which this one starts. */
  readonly warmStart?: EarlierSearch | undefined;
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

/** Below the search's folder: the nearest network, where none obeys the budgets. */
export const NEAREST_FOLDER = 'nearest';

const DIVISION = 7;
const FRESH_PARAMETERS = 8;

/** What is left of the lambdas where multipliers take over: enough to prefer the cheaper of equals. */
const LAMBDA_SHARE_UNDER_BUDGETS = 0.1;

/**
 * The whole search: supernet, joint search, decoding, retraining. Writes `genotype.json`, `history.jsonl`, `network.json`,
 * `network.bin` and the searched supernet (`supernet.json`, `.bin`) into the folder; checkpoints are in its subfolders `search` and `retrain`
 * (`retrain-2`... where budgets needed another).
 * @throws LitesnnError INTERRUPTED (exit 130) when aborted; BUDGET_INFEASIBLE (exit 3) where no network obeys the budgets;
 * SPACE_*, SEARCH_TOO_FEW_SAMPLES, CHECKPOINT_*
 */
export async function runSearch(options: SearchOptions): Promise<SearchResult> {
  const { folder } = options;
  const supernet = checkedSupernet(options);
  const joint = await jointStage(options, supernet);
  writeSupernet(folder, supernet, joint.architecture.parameters, joint.parameters);
  writeHistory(folder, joint.history);

  const trained = await trainedNetwork(options, supernet, joint);
  const outcome = trained.outcomes[trained.outcomes.length - 1];
  const history = [...joint.history, ...joined(trained.outcomes)];
  writeHistory(folder, history);
  writeJson(join(folder, 'genotype.json'), trained.genotype);
  writeTrainedNetwork(folder, trained.network);
  return {
    network: trained.network,
    genotype: trained.genotype,
    accuracy: outcome.accuracy,
    rates: outcome.rates,
    history,
    seconds: {
      search: joint.seconds,
      retrain: trained.outcomes.reduce((sum, { seconds }) => sum + seconds, 0),
    },
  };
}

type Trained = Pick<TrainedWithin, 'network' | 'genotype' | 'outcomes'>;

/**
 * The supernet of a search, after a look at whether anything in it can obey the budgets: before hours are spent, and before
 * results of another search are given up.
 * @throws LitesnnError BUDGET_INFEASIBLE (exit 3), SPACE_*
 */
export function checkedSupernet(
  options: Pick<SearchOptions, 'data' | 'space' | 'spaceOptions' | 'ablate' | 'budgets'>,
): SupernetSpec {
  const { data, budgets, space, spaceOptions = {}, ablate = {} } = options;
  const supernet = buildSupernet(space, data.shape, data.classes.length, ablatedSpace(spaceOptions, ablate));
  if (budgets !== undefined)
    checkFeasible(simplest(supernet), fitContext(data, supernet, budgets, new Map()));
  return supernet;
}

/** Decodes and retrains, within the budgets where there are any. */
async function trainedNetwork(
  options: SearchOptions,
  supernet: SupernetSpec,
  joint: JointOutcome,
): Promise<Trained> {
  const { data, budgets, seed, schedule, progress } = options;
  const genotype = decode(supernet, joint.architecture);
  const startFrom = (chosen: Genotype): TrainedNetwork => {
    const graph = buildNetwork(chosen, data.shape, data.classes.length);
    return { graph, parameters: startOf(options, supernet, joint, chosen, graph), genotype: chosen, seed };
  };
  if (budgets === undefined) {
    const start = startFrom(genotype);
    const outcome = await retrainStage(options, { index: 0, genotype, start, firing: schedule.firing });
    return { network: { ...start, parameters: outcome.parameters }, genotype, outcomes: [outcome] };
  }
  const names = supernet.graph.populations.map(({ name }) => name);
  const rates = new Map(names.map((name, p) => [name, joint.rates[p]]));
  return trainWithin({
    genotype,
    preferences: { mix: joint.architecture.mix(), probability: joint.architecture.probability(false) },
    context: fitContext(data, supernet, budgets, rates),
    leastAccuracy: budgets.accuracy,
    firing: schedule.firing,
    startOf: startFrom,
    train: (attempt) => retrainStage(options, attempt),
    keepNearest: (network) => {
      writeTrainedNetwork(join(options.folder, NEAREST_FOLDER), network);
    },
    note: (text) => {
      progress.note(text);
    },
  });
}

function fitContext(
  data: LearningSplits,
  { plan }: SupernetSpec,
  { costs, limits }: Budgets,
  rates: RatesByName,
): FitContext {
  return { plan, input: data.shape, classes: data.classes.length, costs, limits, rates };
}

/** Histories of retrainings one after the other, epochs counted on. */
function joined(outcomes: readonly RetrainOutcome[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const { history } of outcomes) {
    const before = entries.length;
    entries.push(...history.map((entry) => ({ ...entry, epoch: before + Number(entry.epoch) })));
  }
  return entries;
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
  const { data, schedule, seed, budgets, ablate = {} } = options;
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
      lambdas: budgets?.guiding === true ? lowered(options.lambdas) : options.lambdas,
      constraints: constraintsOf(options, supernet),
      start: options.warmStart,
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

function lowered({ modelSize, bitSynOps }: Lambdas): Lambdas {
  return {
    modelSize: LAMBDA_SHARE_UNDER_BUDGETS * modelSize,
    bitSynOps: LAMBDA_SHARE_UNDER_BUDGETS * bitSynOps,
  };
}

function constraintsOf({ budgets }: SearchOptions, { graph }: SupernetSpec): SearchConstraints | undefined {
  if (budgets === undefined) return undefined;
  const { costs, limits, accuracy, guiding } = budgets;
  // Where the user set no limits there is nothing to be guided by, and no need to ask the planner for every cost.
  return { accuracy, resources: guiding ? { costs: costs.tablesOf(graph), limits } : undefined };
}

/** Limits that an epoch of retraining can keep or pass. */
function withinOf({ budgets }: SearchOptions, graph: TrainingGraph): Within | undefined {
  const entries = DEPENDS_ON_FIRING.flatMap((resource) => {
    const limit = budgets?.limits[resource];
    return limit === undefined ? [] : [[resource, limit] as const];
  });
  if (budgets === undefined || entries.length === 0) return undefined;
  return { costs: budgets.costs.tablesOf(graph), limits: Object.fromEntries(entries) };
}

function retrainStage(options: SearchOptions, attempt: Attempt): Promise<RetrainOutcome> {
  const { data, engine, schedule, seed, augment } = options;
  const { index, start, firing } = attempt;
  const batch = usableBatch(schedule.batch, data.train);
  return retrain(
    {
      graph: start.graph,
      initial: start.parameters,
      engine,
      data,
      seed,
      epochs: schedule.retrainEpochs,
      batch,
      stepsPerEpoch: stepsOf(schedule.retrainSamplesPerEpoch, data.train, batch),
      rates: schedule.retrainRates,
      firing,
      augment: augmentationFor(augment, data),
      within: withinOf(options, start.graph),
    },
    controlOf(options, index === 0 ? 'retrain' : `retrain-${index + 1}`),
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
