import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { elementsOf } from '../../core/geometry.js';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { readJson, writeJson } from '../../core/files.js';
import { readDataset } from '../../data/dataset-file.js';
import { measureSamples } from '../../measure/measure-samples.js';
import type { Measurement } from '../../measure/measurement.js';
import { openDevice } from '../../measure/open-device.js';
import { readModel } from '../../model/file.js';
import { inferWithExit } from '../../model/early-exit.js';
import { Interpreter } from '../../model/interpreter.js';
import { loadTarget } from '../../targets/load.js';
import { flashImage, readFlashRecord } from './flash-stage.js';
import { readPlan } from './generate-stage.js';
import { measureRunPower } from './power-measurement.js';
import type { RunFolder } from './run-folder.js';
import type { Stage } from './stage.js';

/** The measurement without its single results, which are in the session. */
export type MeasurementRecord = Omit<Measurement, 'results'> & { readonly ranOn: string };

export function measurementPath(folder: RunFolder): string {
  return join(folder.measure, 'measurement.json');
}

/** Written by this program's measure stage only; the session beside it is the checked source. */
export function readMeasurement(folder: RunFolder): MeasurementRecord {
  const path = measurementPath(folder);
  if (!existsSync(path)) {
    throw new LitesnnError('MEASURE_MISSING', ExitCode.usage, `nothing was measured in ${folder.root}`, {
      hint: `litesnn measure --run ${folder.root}`,
    });
  }
  return readJson(path) as MeasurementRecord;
}

/** Test samples on the board, every logit compared with the reference; exit code 8 when one differs. */
export const measureStage: Stage = {
  name: 'measure',
  dependsOn: ({ samples, port, power }) => ({ samples, port, power }),
  outputs: (folder) => [measurementPath(folder), join(folder.measure, 'results.jsonl')],
  async work(context) {
    const { folder, settings, board, progress, signal } = context;
    const target = loadTarget(settings.target);
    const { model, hash } = readModel(folder.model);
    const { dataset } = readDataset(folder.data);
    const connected = await board.connect();
    const { port, description, fresh, serialNumber } = connected;
    checkSameBoard(folder, serialNumber);
    if (fresh && !board.flashed) await flashImage(context);
    const interpreter = new Interpreter(model);
    const { earlyExit } = readPlan(folder);
    const link = await openDevice(target, port);
    try {
      const measurement = await measureSamples(link, dataset.test, {
        target,
        model: {
          modelHash: hash,
          inputBytes: elementsOf(model.input),
          classes: model.classes.length,
          timesteps: model.timesteps,
          layers: model.layers.map((layer) => layer.name),
        },
        datasetHash: dataset.hash,
        split: 'test',
        ...(settings.samples === undefined ? {} : { limit: settings.samples }),
        reference: (input) => inferWithExit(interpreter, input, earlyExit),
        trace: true,
        sessionFolder: folder.measure,
        progress,
        signal,
      });
      // Single results are in the session already; JSON leaves out what is undefined.
      writeJson(measurementPath(folder), { ...measurement, results: undefined, ranOn: description });
      checkAgreement(measurement);
      const { results } = measurement;
      const inputBytes = elementsOf(model.input);
      await measureRunPower(context, { link, board: connected, target, model, dataset, inputBytes, results });
    } finally {
      await link.close();
    }
  },
};

/** Two boards of a kind answer alike: only their serial numbers tell that another one is plugged in than was flashed. */
function checkSameBoard(folder: RunFolder, serialNumber: string | undefined): void {
  const { serialNumber: flashed } = readFlashRecord(folder);
  if (flashed === undefined || serialNumber === undefined || flashed === serialNumber) return;
  throw new LitesnnError(
    'BOARD_CHANGED',
    ExitCode.device,
    `the board with serial number ${flashed} was flashed, ${serialNumber} is plugged in`,
    { hint: 'plug in the other one, name its port, or flash this one: litesnn flash' },
  );
}

function checkAgreement({ agreement }: Measurement): void {
  if (agreement.mismatches === 0) return;
  const { samplesDiffering, samples, mismatches, first } = agreement;
  throw new LitesnnError(
    'MEASURE_MISMATCH',
    ExitCode.measurementInvalid,
    `the device differs from the reference in ${mismatches} values of ${samplesDiffering} of ${samples} samples`,
    {
      hint: 'this is a defect of litesnn or of the board; the differences are in measure/',
      details: { first },
    },
  );
}
