import { readJson } from '../src/core/files.js';
import type { RunFolder } from '../src/cli/pipeline/run-folder.js';
import { readStage } from '../src/cli/pipeline/stage.js';
import { summaryPath } from '../src/cli/pipeline/report-stage.js';
import { parseSummary, type Summary } from '../src/report/summary.js';
import type { BenchmarkResult } from './contract.js';

/** Figures of one run of the line, flat: one row of the benchmark's results. */
export function lineFigures(summary: Summary, preset: string): BenchmarkResult & LineFigures {
  const { accuracy, agreement, device, model, operations, stages } = summary;
  return {
    dataset: summary.dataset.name,
    target: summary.target.name,
    ranOn: summary.target.ranOn,
    preset,
    seed: summary.seed,
    trainSamples: summary.dataset.samples.train,
    testSamples: summary.dataset.samples.test,
    chance: accuracy.chance,
    floatAccuracy: accuracy.floatTest.value,
    integerAccuracy: accuracy.integerTest.value,
    integerSamples: accuracy.integerTest.samples,
    deviceAccuracy: accuracy.onDevice.value,
    deviceSamples: accuracy.onDevice.samples,
    logitsCompared: agreement.logits,
    mismatches: agreement.mismatches,
    flashBytes: device.flashBytes,
    ramBytes: device.ramBytes,
    stackBytes: device.stackBytes,
    counts: device.counts,
    countMedian: device.perInference.median,
    countP95: device.perInference.p95,
    countWorst: device.perInference.worst,
    timesteps: model.timesteps,
    hiddenFiringRate: model.hiddenFiringRate,
    weights: model.weights,
    keptWeights: model.keptWeights,
    storedBytes: model.storedBytes,
    bitSynOps: operations.bitSynapticOperations,
    seconds: Object.values(stages).reduce((sum, value) => sum + value, 0),
    ...Object.fromEntries(Object.entries(stages).map(([stage, value]) => [`${stage}Seconds`, value])),
    modelHash: model.hash,
  };
}

/** The figures that the headline is made of. */
export interface LineFigures {
  readonly dataset: string;
  readonly target: string;
  readonly deviceAccuracy: number;
  readonly mismatches: number;
  /** Of all stages; a run that reuses another's search counts its seconds too. */
  readonly seconds: number;
}

export function readLineFigures(folder: RunFolder, preset: string): BenchmarkResult & LineFigures {
  const summary = parseSummary(readJson(summaryPath(folder)));
  // The summary is written by the report stage itself, before that one's seconds are known.
  const report = readStage(folder, 'report')?.seconds ?? 0;
  return lineFigures({ ...summary, stages: { ...summary.stages, report } }, preset);
}

/** Only figures of runs that took place. */
export function lineHeadline(rows: readonly LineFigures[]): Record<string, number> {
  const find = (dataset: string, target: string): LineFigures | undefined =>
    rows.find((row) => row.dataset === dataset && row.target === target);
  const fashion = find('fashion-mnist', 'mps2-an386');
  const figures: Readonly<Record<string, number | undefined>> = {
    fashionAccuracy: fashion?.deviceAccuracy,
    fsddAccuracyM4: find('fsdd', 'mps2-an386')?.deviceAccuracy,
    fsddAccuracyM3: find('fsdd', 'mps2-an385')?.deviceAccuracy,
    mismatches: rows.length === 0 ? undefined : rows.reduce((sum, row) => sum + row.mismatches, 0),
    fashionSeconds: fashion?.seconds,
  };
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
