import { resolve } from 'node:path';
import { writeCalibration } from '../../energy/calibration/calibration-file.js';
import { fitCalibration } from '../../energy/calibration/fit-calibration.js';
import { calibrationAnswer } from '../answers/calibration.js';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { creationTime } from '../creation-time.js';
import { changeOptions, text } from '../options.js';
import { readMeasuredRun } from '../pipeline/measured-run.js';
import { writePredictionsPage } from '../predictions-page.js';
import { calibrationPage } from '../answers/prediction-pages.js';
import type { RegisterCommand } from '../register.js';

/** `litesnn calibrate`: what inferences take on one board, fitted to runs that were measured there. */
export const registerCalibrate: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'calibrate <runs..>',
    'fit time and energy of a board to runs that were measured with a power analyzer',
    (args) =>
      args
        .positional('runs', {
          ...text,
          array: true,
          demandOption: true,
          describe: 'folders of measured runs, of at least three different networks',
        })
        .option('out', { ...text, demandOption: true, describe: 'calibration file to write (JSON)' })
        .option('serial', { ...text, describe: 'what tells this board from another of its kind' })
        .option('temperature', { ...text, describe: 'of the board while it was measured, degrees Celsius' })
        .option('lang', changeOptions.lang),
    async (args) => {
      const path = resolve(args.out);
      const calibration = fitCalibration(args.runs.map(readMeasuredRun), {
        command: context.command,
        serial: args.serial,
        temperatureCelsius: temperatureOf(args.temperature),
        created: creationTime().toISOString(),
      });
      writeCalibration(path, calibration);
      const page = await writePredictionsPage(path, calibrationPage(calibration), args.lang);
      finish(calibrationAnswer(calibration, path, page));
    },
  );
};

function temperatureOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (value > -100 && value < 300) return value;
  throw new LitesnnError('USAGE', ExitCode.usage, `--temperature ${given} is not a temperature`, {
    hint: 'degrees Celsius, for example --temperature 23.5',
  });
}
