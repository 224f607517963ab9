import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toolVersion } from '../../core/version.js';
import { LitesnnError, ExitCode } from '../../core/errors.js';
import type { Dataset } from '../../data/dataset.js';
import type { DeviceLink } from '../../measure/link/device-link.js';
import { measurePower, powerResultPath } from '../../measure/power/measure-power.js';
import { parsePowerSpec, type PowerSpec } from '../../measure/power/power-spec.js';
import { type PowerResult, readPowerResult } from '../../measure/power/result.js';
import type { SampleResult } from '../../measure/session/sample-result.js';
import { provenanceOf, tickMeaning } from '../../measure/timing.js';
import type { IntegerModel } from '../../model/types.js';
import type { Target } from '../../targets/target.js';
import type { ConnectedBoard } from './board-holder.js';
import { readPlan } from './generate-stage.js';
import type { RunFolder } from './run-folder.js';
import type { StageContext } from './stage.js';

const DEFAULT_SAMPLES = 16;
const DEFAULT_REPEATS = 5;
const DEFAULT_LOSS_BUDGET = 0.001;
const IDLE_SECONDS = 1;
const SLEEP_SECONDS = 1;

export function powerFolder(folder: RunFolder): string {
  return join(folder.measure, 'power');
}

/** Undefined where no current was measured. */
export function readRunPower(folder: RunFolder): PowerResult | undefined {
  const path = powerResultPath(powerFolder(folder));
  return existsSync(path) ? readPowerResult(path) : undefined;
}

export interface PowerMeasurementParts {
  readonly link: DeviceLink;
  readonly board: ConnectedBoard;
  readonly target: Target;
  readonly model: IntegerModel;
  readonly dataset: Dataset;
  readonly inputBytes: number;
  /** Of the measurement before, traced. */
  readonly results: readonly SampleResult[];
}

/** Energy of inferences on the run's board. Does nothing where no analyzer is named. */
export async function measureRunPower(context: StageContext, parts: PowerMeasurementParts): Promise<void> {
  const { settings, folder, progress, signal } = context;
  const { power } = settings;
  if (power === undefined) return;
  const { link, board, target, model, dataset, results, inputBytes } = parts;
  const hello = await link.hello();
  const chosen = results.slice(0, power.samples ?? DEFAULT_SAMPLES);
  const { earlyExit } = readPlan(folder);
  await measurePower(link, {
    spec: analyzerOf(parsePowerSpec(power.analyzer), board),
    volts: power.volts ?? target.power.supplyVolts,
    plan: {
      inputs: chosen.map(({ sample, layers }) => ({
        sample,
        input: dataset.test.inputs.subarray(sample * inputBytes, (sample + 1) * inputBytes),
        layers,
      })),
      repeats: power.repeats ?? DEFAULT_REPEATS,
      idleSeconds: IDLE_SECONDS,
      sleepSeconds: SLEEP_SECONDS,
      secondsOf: tickMeaning(hello, target).seconds,
    },
    about: {
      schemaVersion: 1,
      target: target.name,
      modelHash: hello.modelHash,
      buildId: hello.buildId,
      datasetHash: dataset.hash,
      split: 'test',
      boardProvenance: provenanceOf(hello, target),
      layers: model.layers.map(({ name }) => name),
      layersInOrder: earlyExit === undefined,
      lossBudget: power.lossBudget ?? DEFAULT_LOSS_BUDGET,
      tool: `litesnn ${toolVersion}`,
      created: new Date().toISOString(),
    },
    folder: powerFolder(folder),
    ...(power.periodSeconds === undefined
      ? {}
      : { duty: { periodSeconds: power.periodSeconds, battery: power.battery } }),
    progress,
    signal,
  });
}

/** A virtual instrument stands on a port like a real one, once the board has it. */
function analyzerOf(spec: PowerSpec, { instrument }: ConnectedBoard): PowerSpec {
  if (!isVirtual(spec)) return spec;
  if (instrument === undefined) {
    throw new LitesnnError('POWER_SPEC', ExitCode.usage, `${spec.kind} measures emulated boards only`, {
      hint: 'leave --port away, or name the port of an analyzer',
    });
  }
  const { kind, port, scale } = instrument;
  return { kind, place: port, options: { scale: String(scale) } };
}

export function isVirtual({ kind }: PowerSpec): boolean {
  return kind === 'virtual-ppk2' || kind === 'virtual-lpm01a';
}
