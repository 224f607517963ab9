import { ExitCode, LitesnnError } from '../core/errors.js';
import type { AugmentChoice } from './augment/by-data.js';
import type { FiringPenalty } from './firing-penalty.js';
import type { Lambdas } from './joint.js';
import type { SpaceOptions } from './space.js';
import {
  PAPER_ARCHITECTURE_RATES,
  PAPER_WEIGHT_RATES,
  type ArchitectureRates,
  type WeightRates,
} from './training-rates.js';

/** How long and how fast search and retraining learn. */
export interface Schedule {
  readonly epochs: number;
  readonly retrainEpochs: number;
  readonly batch: number;
  /** Samples that count as an epoch of the search (at most eight passes); one pass over the split by default. */
  readonly samplesPerEpoch?: number | undefined;
  /** The same of retraining. */
  readonly retrainSamplesPerEpoch?: number | undefined;
  /** First epochs of the search in which all numbers of timesteps weigh alike. */
  readonly warmupEpochs: number;
  /** An architecture step after every n-th weight step. */
  readonly architectureEvery: number;
  /** Part of the training split on which the choices learn, and weights do not. */
  readonly architectureShare: number;
  readonly weightRates: WeightRates;
  readonly architectureRates: ArchitectureRates;
  readonly retrainRates: WeightRates;
  /** Where retraining starts. */
  readonly start: 'supernet' | 'scratch';
  readonly firing?: FiringPenalty | undefined;
}

export interface Preset {
  readonly space: string;
  readonly spaceOptions: SpaceOptions;
  readonly schedule: Schedule;
  readonly lambdas: Lambdas;
  readonly augment?: AugmentChoice | undefined;
}

/** The paper's rates are for hundreds of epochs; a tenth of them learns no less with four times the rate. */
const SHORT_WEIGHT_RATES: WeightRates = { ...PAPER_WEIGHT_RATES, highest: 0.1 };

const QUICK: Preset = {
  space: 'micro',
  spaceOptions: { cells: 3, width: 24, timesteps: 3, keep: [0.5] },
  schedule: {
    epochs: 4,
    retrainEpochs: 6,
    batch: 64,
    samplesPerEpoch: 6400,
    retrainSamplesPerEpoch: 48_000,
    warmupEpochs: 1,
    architectureEvery: 2,
    architectureShare: 0.25,
    weightRates: SHORT_WEIGHT_RATES,
    // A short search has few steps to choose in.
    architectureRates: { structure: 1e-2, compression: 3e-2 },
    retrainRates: SHORT_WEIGHT_RATES,
    start: 'supernet',
    firing: { target: 0.1, strength: 0.3 },
  },
  lambdas: { modelSize: 0.1, bitSynOps: 2 },
};

/** Half as wide behind a coarse stem, every choice searched: for the smallest boards, and to compare many networks in minutes. */
const COMPACT: Preset = {
  ...QUICK,
  spaceOptions: { ...QUICK.spaceOptions, width: 12, stemStride: 4, keep: [0.2, 0.5, 1] },
};

const STANDARD: Preset = {
  ...QUICK,
  augment: 'by-data',
  spaceOptions: { cells: 3, width: 24, timesteps: 4, keep: [0.2, 0.5, 1] },
  schedule: {
    ...QUICK.schedule,
    epochs: 10,
    retrainEpochs: 20,
    samplesPerEpoch: 12_800,
    warmupEpochs: 2,
    architectureRates: { structure: 3e-3, compression: PAPER_ARCHITECTURE_RATES.compression },
  },
};

/**
 * Keyword spotting within 32 KB of weights (docs/results.md): a coarse stem, wide dense layers at one resolution, one node a cell, so that
 * identity edges lead from layer to layer; augmentation, and many passes over few recordings. Two bits and one timestep are not searched: after
 * hundreds of epochs 1 bit is five points worse and two timesteps are no better, which a short search cannot foresee.
 */
const KEYWORD: Preset = {
  ...QUICK,
  spaceOptions: {
    levels: [0, 0, 0],
    width: 64,
    nodes: 1,
    timesteps: 1,
    bits: [2],
    keep: [1],
    stemStride: 4,
    stemKernel: { height: 8, width: 6 },
  },
  schedule: {
    ...QUICK.schedule,
    retrainEpochs: 40,
    firing: { target: 0.09, strength: 0.3 },
  },
  augment: 'by-data',
};

const SMOKE: Preset = {
  ...QUICK,
  spaceOptions: { ...QUICK.spaceOptions, width: 8, timesteps: 2 },
  schedule: {
    ...QUICK.schedule,
    retrainEpochs: 4,
    batch: 32,
    samplesPerEpoch: 512,
    retrainSamplesPerEpoch: 1024,
  },
};

/**
 * `smoke` takes seconds, to try the line from end to end: its accuracy means nothing. `quick` is for a demonstration in minutes, `compact` for
 * the smallest boards and for comparisons, `standard` for a result, `keyword` for words in recordings of a second.
 */
export const PRESETS = {
  smoke: SMOKE,
  quick: QUICK,
  compact: COMPACT,
  standard: STANDARD,
  keyword: KEYWORD,
} as const;

export const presetNames: readonly string[] = Object.keys(PRESETS);

/** @throws LitesnnError PRESET_UNKNOWN */
export function presetOf(name: string): Preset {
  const found = Object.entries(PRESETS).find(([known]) => known === name);
  if (found !== undefined) return found[1];
  throw new LitesnnError('PRESET_UNKNOWN', ExitCode.usage, `there is no preset "${name}"`, {
    hint: `use one of: ${presetNames.join(', ')}`,
  });
}
