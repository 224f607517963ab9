import type { BenchmarkResult } from './contract.js';
import { medianOf } from './spread.js';
import { TRAIN_NETWORKS, type TrainKind, type TrainNetwork } from './train-cases.js';

/** What one process measured. */
export interface Trained {
  readonly engine: string;
  /** Of each timed step. */
  readonly seconds: readonly number[];
  /** Likewise, of all threads of the process: other load hardly changes it, but it cannot tell waiting from working. */
  readonly cpuSeconds: readonly number[];
  /** Of all steps, also those before the timed ones. */
  readonly losses: readonly number[];
  /** Spikes per neuron and timestep of each population at the last step. */
  readonly rates: readonly number[];
  readonly startBytes: number;
  readonly peakBytes: number;
}

export interface TrainSubject {
  readonly network: TrainNetwork;
  readonly kind: TrainKind;
  readonly describe: string;
  readonly batch: number;
  readonly timesteps: number;
  readonly threads: number;
}

/** PyTorch in both memory layouts; the faster one is compared with. */
export interface TorchRuns {
  readonly contiguous: Trained;
  readonly channelsLast: Trained;
}

export interface TrainRow extends TrainSubject, BenchmarkResult {
  readonly secondsRatio: number;
  readonly memoryRatio: number;
}

/** Over the steps that both made. */
function largestDifference(a: readonly number[], b: readonly number[]): number {
  const common = a.slice(0, b.length);
  return Math.max(...common.map((value, i) => Math.abs(value - b[i])));
}

function fastestOf({ seconds }: Trained): number {
  return Math.min(...seconds);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * One row. Seconds are those of the fastest step, to which other load adds least; medians stand beside them. Memory is compared twice: all that was ever resident, and what that is more than the process held when
 * it had loaded its libraries; `memoryRatio` is the less favourable one. Losses of the two layouts of PyTorch differ by rounding
 * alone (which turns spikes): their difference is the noise that differences between the engines are judged by.
 */
export function trainRow(subject: TrainSubject, ours: Trained, torch: TorchRuns): TrainRow {
  const contiguousSeconds = fastestOf(torch.contiguous);
  const channelsLastSeconds = fastestOf(torch.channelsLast);
  const contiguousWins = contiguousSeconds <= channelsLastSeconds;
  const theirs = contiguousWins ? torch.contiguous : torch.channelsLast;
  const seconds = fastestOf(ours);
  const torchSeconds = Math.min(contiguousSeconds, channelsLastSeconds);
  const residentRatio = ours.peakBytes / theirs.peakBytes;
  const addedRatio = (ours.peakBytes - ours.startBytes) / (theirs.peakBytes - theirs.startBytes);
  return {
    ...subject,
    engine: ours.engine,
    torchEngine: theirs.engine,
    torchLayout: contiguousWins ? 'contiguous' : 'channels_last',
    seconds,
    torchSeconds,
    secondsRatio: torchSeconds / seconds,
    cpuSeconds: Math.min(...ours.cpuSeconds),
    torchCpuSeconds: Math.min(...theirs.cpuSeconds),
    cpuRatio: Math.min(...theirs.cpuSeconds) / Math.min(...ours.cpuSeconds),
    medianSeconds: medianOf(ours.seconds),
    torchMedianSeconds: medianOf(theirs.seconds),
    firingRate: meanOf(ours.rates),
    torchFiringRate: meanOf(theirs.rates),
    peakBytes: ours.peakBytes,
    torchPeakBytes: theirs.peakBytes,
    addedBytes: ours.peakBytes - ours.startBytes,
    torchAddedBytes: theirs.peakBytes - theirs.startBytes,
    residentRatio,
    addedRatio,
    memoryRatio: Math.max(residentRatio, addedRatio),
    losses: ours.losses,
    torchLosses: theirs.losses,
    firstLossDifference: Math.abs(ours.losses[0] - theirs.losses[0]),
    lossDifference: largestDifference(ours.losses, theirs.losses),
    lossNoise: largestDifference(torch.contiguous.losses, torch.channelsLast.losses),
    meanLossDifference: Math.abs(meanOf(ours.losses) - meanOf(theirs.losses)),
  };
}

/** The least favourable figure over decoded networks and supernets, with two threads; of networks that were trained. */
export function trainHeadline(rows: readonly TrainRow[]): Record<string, number> {
  const headline: Record<string, number> = {};
  const counted = rows.filter(({ threads }) => threads === 2);
  for (const network of TRAIN_NETWORKS) {
    const ratios = counted.filter((row) => row.network === network).map(({ secondsRatio }) => secondsRatio);
    if (ratios.length > 0) headline[`${network}Ratio`] = Math.min(...ratios);
  }
  if (counted.length > 0) headline.memoryRatio = Math.max(...counted.map(({ memoryRatio }) => memoryRatio));
  return headline;
}
