import type { BenchmarkResult } from './contract.js';
import type { ConvEdge, IntegerModel } from '../src/model/types.js';
import type { Summary } from '../src/report/summary.js';
import { spreadOf } from './spread.js';

/** Figures of one seed's run that the figures of a data set are made of; fractions in 0..1. */
export interface RealRun {
  readonly seed: number;
  readonly trainSamples: number;
  readonly testSamples: number;
  readonly floatAccuracy: number;
  readonly integerAccuracy: number;
  readonly validationAccuracy: number;
  readonly hiddenFiringRate: number;
  readonly timesteps: number;
  readonly packedBytes: number;
  readonly storedBytes: number;
  readonly flashBytes: number;
  readonly ramBytes: number;
  readonly bitSynOps: number;
  readonly countMedian: number;
  readonly countWorst: number;
  readonly mismatches: number;
  readonly searchSeconds: number;
  readonly searchProcessorSeconds: number;
}

/** One row of the results: a data set over its seeds. */
export interface RealRow extends BenchmarkResult {
  readonly dataset: string;
  readonly accuracy: number;
  readonly floatIntegerGap: number;
  readonly firing: number;
  readonly packedBytes: number;
  readonly instructions: number;
  readonly searchSeconds: number;
  readonly searchProcessorSeconds: number;
  readonly mismatches: number;
}

function packedBits(codes: Int8Array, bits: number): number {
  const kept = codes.reduce((sum, code) => sum + (code === 0 ? 0 : 1), 0);
  // 8-bit codes have a zero of their own; in the others a zero is a pruned weight and needs a bitmap, unless there is none.
  return bits === 8 || kept === codes.length ? codes.length * bits : codes.length + kept * bits;
}

/** Weights at their own widths, bytes: 1, 2, 4 or 8 bits a kept weight, and a bitmap where any is pruned. */
export function packedBytesOf({ layers, head }: IntegerModel): number {
  const edges = layers.flatMap((layer) =>
    layer.edges.filter((edge): edge is ConvEdge => edge.kind === 'conv'),
  );
  const bits = [...edges, head].map((part) => packedBits(part.codes, part.bits));
  return bits.reduce((sum, each) => sum + Math.ceil(each / 8), 0);
}

/**
 * Accuracies are of the whole test split; counts of instructions of the samples that the emulated board was given.
 * @param searchProcessorSeconds of data and search stages, all threads
 */
export function realRun(summary: Summary, model: IntegerModel, searchProcessorSeconds: number): RealRun {
  const { accuracy, agreement, dataset, device, operations, stages } = summary;
  return {
    seed: summary.seed,
    trainSamples: dataset.samples.train,
    testSamples: accuracy.integerTest.samples,
    floatAccuracy: accuracy.floatTest.value,
    integerAccuracy: accuracy.integerTest.value,
    validationAccuracy: accuracy.floatValidation.value,
    hiddenFiringRate: summary.model.hiddenFiringRate,
    timesteps: summary.model.timesteps,
    packedBytes: packedBytesOf(model),
    storedBytes: summary.model.storedBytes,
    flashBytes: device.flashBytes,
    ramBytes: device.ramBytes,
    bitSynOps: operations.bitSynapticOperations,
    countMedian: device.perInference.median,
    countWorst: device.perInference.worst,
    mismatches: agreement.mismatches,
    searchSeconds: stages.data + stages.search,
    searchProcessorSeconds,
  };
}

function mean(runs: readonly RealRun[], figure: keyof RealRun): number {
  return spreadOf(runs.map((run) => run[figure])).mean;
}

function worst(runs: readonly RealRun[], figure: keyof RealRun): number {
  return Math.max(...runs.map((run) => run[figure]));
}

/** Means over seeds; bytes, timesteps and the slowest inference are of the worst seed, as a board has to hold them. */
export function realRow(dataset: string, preset: string, runs: readonly RealRun[]): RealRow {
  const accuracy = spreadOf(runs.map((run) => run.integerAccuracy));
  return {
    dataset,
    preset,
    seeds: runs.length,
    accuracy: accuracy.mean,
    accuracyDeviation: accuracy.deviation,
    floatAccuracy: mean(runs, 'floatAccuracy'),
    // Positive where integers are worse.
    floatIntegerGap: mean(runs, 'floatAccuracy') - accuracy.mean,
    validationAccuracy: mean(runs, 'validationAccuracy'),
    firing: mean(runs, 'hiddenFiringRate'),
    timesteps: worst(runs, 'timesteps'),
    packedBytes: worst(runs, 'packedBytes'),
    storedBytes: worst(runs, 'storedBytes'),
    flashBytes: worst(runs, 'flashBytes'),
    ramBytes: worst(runs, 'ramBytes'),
    bitSynOps: mean(runs, 'bitSynOps'),
    instructions: mean(runs, 'countMedian'),
    instructionsWorst: worst(runs, 'countWorst'),
    mismatches: runs.reduce((sum, run) => sum + run.mismatches, 0),
    searchSeconds: mean(runs, 'searchSeconds'),
    searchProcessorSeconds: mean(runs, 'searchProcessorSeconds'),
    runs,
  };
}

/** Only figures of data sets that were there. */
export function realHeadline(rows: readonly RealRow[]): Record<string, number> {
  if (rows.length === 0) return {};
  const kws = rows.find((row) => row.dataset === 'kws');
  return {
    ...(kws === undefined
      ? {}
      : {
          kwsAccuracy: kws.accuracy,
          kwsFiring: kws.firing,
          kwsPackedBytes: kws.packedBytes,
          kwsInstructions: kws.instructions,
          kwsSearchSeconds: kws.searchSeconds,
          kwsSearchProcessorSeconds: kws.searchProcessorSeconds,
        }),
    worstFloatIntegerGap: Math.max(...rows.map((row) => row.floatIntegerGap)),
    mismatches: rows.reduce((sum, row) => sum + row.mismatches, 0),
  };
}
