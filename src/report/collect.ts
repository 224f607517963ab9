import type { FirmwareImage } from '../build/image.js';
import type { NetworkPlan } from '../codegen/plan/types.js';
import { toolVersion } from '../core/version.js';
import type { DatasetSummary } from '../data/summary.js';
import { boardEnergy } from '../energy/board.js';
import { countOperations } from '../energy/operations.js';
import { paperEnergy } from '../energy/paper.js';
import type { Measurement } from '../measure/measurement.js';
import type { SampleResult } from '../measure/session/sample-result.js';
import type { IntegerModel } from '../model/types.js';
import type { HistoryEntry } from '../search/loop.js';
import type { Target } from '../targets/target.js';
import { layerFigures, totals } from './model-figures.js';
import { SUMMARY_SCHEMA_VERSION, type Summary } from './summary.js';

type Accuracy = Summary['accuracy']['onDevice'];

/** What the stages of a run left, from which its summary is made. */
export interface RunFacts {
  readonly name: string;
  readonly command: string;
  readonly seed: number;
  readonly data: DatasetSummary;
  readonly target: Target;
  readonly constraints: Summary['constraints'];
  /** What the search chose, or what was imported, in words. */
  readonly genotype: readonly string[];
  readonly history: readonly HistoryEntry[];
  readonly model: IntegerModel;
  readonly modelHash: string;
  readonly plan: NetworkPlan;
  readonly image: FirmwareImage;
  readonly accuracy: Omit<Summary['accuracy'], 'chance' | 'onDevice'>;
  /** Spikes per neuron and timestep on the test split, one a layer. */
  readonly rates: readonly number[];
  /** Trainable numbers of the float network. */
  readonly parameters: number;
  readonly measurement: Omit<Measurement, 'results'> & { readonly ranOn: string };
  readonly results: readonly SampleResult[];
  readonly flash: Summary['flash'];
  readonly stages: Summary['stages'];
}

const DISTRIBUTION_POINTS = 1000;

export function accuracyOf(correct: number, samples: number): Accuracy {
  return { correct, samples, value: correct / samples };
}

function confusionOf(results: readonly SampleResult[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { label, classIndex } of results) counts[label][classIndex]++;
  return counts;
}

/** Evenly spaced order statistics, so that a histogram of them looks like one of all. */
function distributionOf(results: readonly SampleResult[], unitsPerTick: number): number[] {
  const sorted = results.map((result) => Math.round(result.ticks * unitsPerTick)).sort((a, b) => a - b);
  if (sorted.length <= DISTRIBUTION_POINTS) return sorted;
  const step = (sorted.length - 1) / (DISTRIBUTION_POINTS - 1);
  return Array.from({ length: DISTRIBUTION_POINTS }, (_, index) => sorted[Math.round(index * step)]);
}

function historyRows(history: readonly HistoryEntry[]): Summary['history'] {
  return history.map((entry) => ({
    phase: String(entry.stage),
    epoch: Number(entry.epoch),
    loss: Number(entry.loss),
    accuracy: Number(entry.accuracy),
    firingRate: Number(entry.rate),
  }));
}

/** Ascending timesteps; those that no sample ended after are left out. */
function timestepsUsed(results: readonly SampleResult[]): { timesteps: number; samples: number }[] {
  const counts = new Map<number, number>();
  for (const { timesteps } of results) counts.set(timesteps, (counts.get(timesteps) ?? 0) + 1);
  return [...counts]
    .map(([timesteps, samples]) => ({ timesteps, samples }))
    .sort((a, b) => a.timesteps - b.timesteps);
}

function deviceFigures(facts: RunFacts): Summary['device'] {
  const { measurement, image, results } = facts;
  const unitsPerTick =
    measurement.ticks.median === 0 ? 1 : measurement.units.median / measurement.ticks.median;
  return {
    provenance: measurement.provenance,
    flashBytes: image.flashBytes,
    ramBytes: image.ramBytes,
    stackBytes: image.stackBytes,
    stackUsedBytes: measurement.memory.stackUsedBytes,
    sections: image.bySection.map(({ name, bytes, memory }) => ({ name, bytes, memory })),
    counts: measurement.counts,
    perInference: measurement.units,
    latency: measurement.latency,
    ...(facts.plan.earlyExit === undefined ? {} : { timestepsUsed: timestepsUsed(results) }),
    distribution: distributionOf(results, unitsPerTick),
  };
}

/** The summary of a run that was measured; everything a report shows. */
export function collectSummary(facts: RunFacts): Summary {
  const { data, target, model, measurement, rates } = facts;
  const operations = countOperations(model, rates, model.timesteps);
  const energy = boardEnergy(target.power, measurement.latency.seconds.median);
  const layers = layerFigures(facts);
  const largestClass = Math.max(...data.splits.test.perClass);
  return {
    schemaVersion: SUMMARY_SCHEMA_VERSION,
    tool: `litesnn ${toolVersion}`,
    command: facts.command,
    created: new Date().toISOString(),
    name: facts.name,
    seed: facts.seed,
    dataset: {
      name: data.name,
      hash: data.hash,
      shape: data.shape,
      frontEnd: JSON.stringify(data.frontEnd),
      classes: [...data.classes],
      samples: {
        train: data.splits.train.samples,
        validation: data.splits.validation.samples,
        test: data.splits.test.samples,
      },
      skippedFiles: data.skipped.length,
      duplicatesRemoved: data.repeats.removedFromTrain + data.repeats.removedFromValidation,
    },
    target: {
      name: target.name,
      title: target.title,
      core: target.core,
      clockHz: target.clockHz,
      tier: target.tier,
      ranOn: measurement.ranOn,
      emulated: measurement.provenance === 'simulated',
    },
    constraints: facts.constraints,
    accuracy: {
      chance: largestClass / data.splits.test.samples,
      ...facts.accuracy,
      onDevice: accuracyOf(measurement.correct, measurement.samples),
    },
    confusion: confusionOf(facts.results, data.classes.length),
    agreement: {
      samples: measurement.agreement.samples,
      logits: measurement.agreement.logits,
      mismatches: measurement.agreement.mismatches,
    },
    model: {
      hash: facts.modelHash,
      parameters: facts.parameters,
      timesteps: model.timesteps,
      genotype: [...facts.genotype],
      layers,
      ...totals(facts, layers),
    },
    operations,
    device: deviceFigures(facts),
    energy: {
      paper: {
        joules: paperEnergy(operations),
        basis:
          '0.9 pJ an accumulate, 4.6 pJ a multiply-accumulate (45 nm, ISSCC 2014); not a microcontroller',
      },
      board: {
        joules: energy.inferenceJoules,
        sleepWatts: energy.sleepWatts,
        basis: `${target.power.supplyVolts} V x ${target.power.activeAmperes * 1e3} mA x latency; ${target.power.source}`,
      },
    },
    history: historyRows(facts.history),
    flash: facts.flash,
    stages: facts.stages,
  };
}
