import { ExitCode, LitesnnError } from '../../../core/errors.js';
import { toolVersion } from '../../../core/version.js';
import { mean } from '../../statistics.js';
import type { AnalyzerIdentity } from '../analyzer.js';
import { readRecording } from '../recording/reader.js';
import type { PowerFigure, PowerResult, SampleEnergy } from '../result.js';
import { readPowerSession, type PowerSessionMetadata } from '../session/power-session.js';
import { clockLosses } from './clock-losses.js';
import { type DutyCycle, dutyFigures } from './duty.js';
import { figureOf, standardErrorOf } from './figures.js';
import { findWindows, type FoundWindows, type InferenceWindow } from './inference-windows.js';
import { partsOf, type Range, type RangeSum, sumRanges } from './integrate.js';
import { layerParts, layerMeans } from './layers.js';
import { type RecordedGap, type ScannedRecording, scanRecording } from './scan.js';
import { quietest, steadyRange } from './steady.js';

/** Parts that a steady time is cut into, to see how much its mean is worth. */
const STEADY_PARTS = 20;

/** More windows of a wrong duration than this, and marker and counter do not belong together. */
const MOST_WRONG_DURATIONS = 0.1;

/** Joules, seconds and mean current of one marker window. */
interface WindowEnergy {
  readonly window: InferenceWindow;
  readonly joules: number;
  readonly seconds: number;
  readonly amperes: number;
}

/**
 * Energies from a session on disk, also one that was interrupted.
 * @throws LitesnnError POWER_LOSSES, POWER_MARKER, POWER_NO_WINDOWS, POWER_NO_BASELINE (exit 8), POWER_SESSION, RECORDING_UNREADABLE (exit 2)
 */
export function analyzePowerSession(folder: string, duty?: DutyCycle): PowerResult {
  const { files, about, events } = readPowerSession(folder);
  const scan = scanRecording(readRecording(files.samples));
  const gaps = [...scan.gaps, ...clockLosses(scan)].sort((a, b) => a.start - b.start);
  const losses = lossesOf(scan, gaps, about.lossBudget);
  const found = findWindows(scan, gaps, events);
  checkWindows(found, scan, folder);
  const steady = (kind: 'idle' | 'sleep'): PowerFigure | undefined => {
    const whole = steadyRange(scan, events, kind);
    const range = whole === undefined ? undefined : quietest(files.samples, whole, scan.identity);
    return range === undefined ? undefined : steadyFigure(files.samples, range, scan.identity);
  };
  const baseline = steady('idle');
  if (baseline === undefined) throw noBaseline(folder);
  const energies = windowEnergies(files.samples, found.used, scan.identity);
  const baselineWatts = baseline.mean * scan.identity.supplyVolts;
  const layers = about.layersInOrder ? layerParts(files.samples, found.used, scan.identity) : new Map();
  const samples = sampleEnergies(energies, baselineWatts, about.layers, layers);
  const sleep = steady('sleep');
  const figures = inferenceFigures(samples, energies, baseline, scan.identity);
  const perLayer = layerMeans(samples, layers);
  return {
    schemaVersion: 1,
    provenance: provenanceOf(about, scan.identity),
    analyzer: analyzerOf(scan.identity),
    ...{ target: about.target, modelHash: about.modelHash, buildId: about.buildId },
    ...{ datasetHash: about.datasetHash, split: about.split },
    session: folder,
    date: about.created,
    tool: `litesnn ${toolVersion}`,
    ...figures,
    baseline,
    ...(sleep === undefined ? {} : { sleep }),
    samples,
    ...(perLayer === undefined ? {} : { layers: perLayer }),
    losses: {
      ...losses,
      windowsExcluded: found.withGap + found.wrongDuration + found.wrongCount,
      windowsUsed: found.used.length,
    },
    clock: { ratio: found.ratio },
    ...(duty === undefined ? {} : { duty: dutyFigures(duty, figures, sleep ?? baseline, scan.identity) }),
  };
}

function analyzerOf(identity: AnalyzerIdentity): PowerResult['analyzer'] {
  const {
    description,
    kind,
    provenance,
    sampleHz,
    supplyVolts,
    statedError,
    statedErrorSource,
    digitalInputs,
  } = identity;
  return {
    description,
    kind,
    provenance,
    sampleHz,
    supplyVolts,
    statedError,
    statedErrorSource,
    digitalInputs,
  };
}

function provenanceOf(about: PowerSessionMetadata, identity: AnalyzerIdentity): PowerResult['provenance'] {
  return about.boardProvenance === 'simulated' ? 'simulated' : identity.provenance;
}

function lossesOf(
  scan: ScannedRecording,
  gaps: readonly RecordedGap[],
  budget: number,
): Pick<PowerResult['losses'], 'expected' | 'lost' | 'budget' | 'gaps'> {
  const ofClock = gaps
    .filter(({ cause }) => cause === 'clock')
    .reduce((sum, { missing }) => sum + missing, 0);
  const lost = gaps.reduce((sum, { missing }) => sum + missing, 0);
  const expected = scan.samples + ofClock;
  if (expected > 0 && lost / expected > budget) {
    const percent = (100 * lost) / expected;
    throw new LitesnnError(
      'POWER_LOSSES',
      ExitCode.measurementInvalid,
      `${lost} of ${expected} current samples were lost (${percent.toPrecision(2)} %), more than ${100 * budget} %`,
      {
        hint: 'use another USB port or a faster machine; --loss-budget states how much may be lost',
        details: { lost, expected },
      },
    );
  }
  const told = gaps.map(({ start, missing, cause }) => ({
    atSeconds: start / scan.identity.sampleHz,
    missing,
    cause,
  }));
  return { expected, lost, budget, gaps: told };
}

function checkWindows(found: FoundWindows, scan: ScannedRecording, folder: string): void {
  const { used, wrongDuration, withGap, wrongCount } = found;
  const invalid = (code: string, message: string, hint: string): LitesnnError =>
    new LitesnnError(code, ExitCode.measurementInvalid, message, {
      hint,
      details: { folder, wrongDuration, withGap, wrongCount, pulses: scan.windows.length },
    });
  if (wrongDuration > MOST_WRONG_DURATIONS * (used.length + wrongDuration)) {
    throw invalid(
      'POWER_MARKER',
      `${wrongDuration} of ${used.length + wrongDuration} marker windows last longer or shorter than the board's counter says`,
      'samples were lost, or digital input 0 is not on the marker pin',
    );
  }
  if (used.length === 0) {
    const broken = scan.broken === undefined ? '' : `; the recording is ${scan.broken}`;
    throw invalid(
      'POWER_NO_WINDOWS',
      `no inference was found in the current (${scan.windows.length} pulses of the marker were seen${broken})`,
      'connect digital input 0 of the analyzer with the marker pin',
    );
  }
}

function noBaseline(folder: string): LitesnnError {
  return new LitesnnError(
    'POWER_NO_BASELINE',
    ExitCode.measurementInvalid,
    `the recording in ${folder} ends before the current of the waiting board was measured`,
    { hint: 'measure again' },
  );
}

function steadyFigure(path: string, range: Range, identity: AnalyzerIdentity): PowerFigure | undefined {
  const parts = partsOf(range, STEADY_PARTS);
  // A part with a gap in it counts for nothing.
  const whole = sumRanges(readRecording(path), parts).filter(
    ({ count }, i) => count > parts[i].end - parts[i].start - 1e-6,
  );
  if (whole.length < 2) return undefined;
  const means = whole.map(({ sum, count }) => sum / count);
  const value = mean(means);
  return figureOf({
    mean: value,
    standardError: standardErrorOf(means),
    freedom: means.length - 1,
    resolution: 0,
    instrument: identity.statedError * Math.abs(value),
  });
}

function windowEnergies(
  path: string,
  windows: readonly InferenceWindow[],
  { supplyVolts, sampleHz }: AnalyzerIdentity,
): WindowEnergy[] {
  return sumRanges(readRecording(path), windows).map(({ sum, count }: RangeSum, i) => ({
    window: windows[i],
    joules: (supplyVolts * sum) / sampleHz,
    seconds: count / sampleHz,
    amperes: sum / count,
  }));
}

function sampleEnergies(
  energies: readonly WindowEnergy[],
  baselineWatts: number,
  layerNames: readonly string[],
  layers: ReadonlyMap<number, { joules: number; seconds: number }[]>,
): SampleEnergy[] {
  const bySample = new Map<number, WindowEnergy[]>();
  for (const energy of energies) {
    const { sample } = energy.window.event;
    bySample.set(sample, [...(bySample.get(sample) ?? []), energy]);
  }
  return [...bySample].map(([sample, windows]): SampleEnergy => {
    const { event, ticks } = windows[0].window;
    const joules = windows.map((window) => window.joules);
    const seconds = mean(windows.map((window) => window.seconds));
    const gross = mean(joules);
    const split = layers.get(sample);
    const traced = event.layers?.map((layer, i) => ({
      name: i < layerNames.length ? layerNames[i] : 'head',
      ...layer,
      ...(split === undefined
        ? {}
        : { grossJoules: split[i].joules, netJoules: split[i].joules - baselineWatts * split[i].seconds }),
    }));
    return {
      sample,
      ticks,
      timesteps: event.timesteps,
      windows: windows.length,
      grossJoules: gross,
      netJoules: gross - baselineWatts * seconds,
      standardErrorJoules: standardErrorOf(joules),
      seconds,
      ...(traced === undefined ? {} : { layers: traced }),
    };
  });
}

/** Means over the samples; each sample is as sure as its repetitions are near to each other. */
function inferenceFigures(
  samples: readonly SampleEnergy[],
  energies: readonly WindowEnergy[],
  baseline: PowerFigure,
  { supplyVolts, sampleHz, statedError }: AnalyzerIdentity,
): Pick<PowerResult, 'gross' | 'net' | 'seconds' | 'active'> {
  const gross = mean(samples.map(({ grossJoules }) => grossJoules));
  const net = mean(samples.map(({ netJoules }) => netJoules));
  const seconds = mean(samples.map((sample) => sample.seconds));
  const amperes = gross / supplyVolts / seconds;
  const squares = samples.reduce((sum, { standardErrorJoules }) => sum + standardErrorJoules ** 2, 0);
  const standardError = Math.sqrt(squares) / samples.length;
  const freedom = Math.max(1, energies.length - samples.length);
  // Either edge of a window may be anywhere within a sample.
  const edges = Math.sqrt(1 / 6 / energies.length) / sampleHz;
  const joulesOfEdges = edges * amperes * supplyVolts;
  const ofBaseline = baseline.standardError * supplyVolts * seconds;
  return {
    gross: figureOf({
      mean: gross,
      standardError,
      freedom,
      resolution: joulesOfEdges,
      instrument: statedError * gross,
    }),
    net: figureOf({
      mean: net,
      standardError: Math.hypot(standardError, ofBaseline),
      freedom,
      resolution: joulesOfEdges,
      instrument: statedError * Math.abs(net),
    }),
    seconds: figureOf({ mean: seconds, standardError: 0, freedom, resolution: edges, instrument: 0 }),
    active: figureOf({
      mean: amperes,
      standardError: standardError / supplyVolts / seconds,
      freedom,
      resolution: 0,
      instrument: statedError * amperes,
    }),
  };
}
