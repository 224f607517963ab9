import { join, resolve } from 'node:path';
import { checkTolerance } from '../../energy/calibration/validation.js';
import { validationPage } from '../answers/prediction-pages.js';
import { validationAnswer } from '../answers/validation.js';
import { creationTime } from '../creation-time.js';
import { parseFraction } from '../numbers.js';
import { changeOptions, text } from '../options.js';
import { runFolder } from '../pipeline/run-folder.js';
import { validateRuns, writeValidation } from '../pipeline/validation-file.js';
import { writePredictionsPage } from '../predictions-page.js';
import type { RegisterCommand } from '../register.js';

/** `litesnn validate`: predictions that were made before flashing, against the measurements after. */
export const registerValidate: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'validate <runs..>',
    'hold the energies predicted before flashing against those measured after (exit code 9 past the tolerance)',
    (args) =>
      args
        .positional('runs', {
          ...text,
          array: true,
          demandOption: true,
          describe: 'folders of runs with a prediction and a later measurement with a power analyzer',
        })
        .option('tolerance', {
          ...text,
          default: '10%',
          describe: 'most that predicted energies may be off, mean of the absolute errors',
        })
        .option('out', { ...text, describe: 'file to write (JSON); a page is written beside it' })
        .option('lang', changeOptions.lang),
    async (args) => {
      const tolerance = parseFraction(args.tolerance, 'tolerance');
      const folders = args.runs.map((run) => runFolder(resolve(run)));
      const path = resolve(args.out ?? join(folders[0].energy, 'validation.json'));
      const created = creationTime().toISOString();
      const file = validateRuns(folders, { command: context.command, created });
      writeValidation(path, file);
      const page = await writePredictionsPage(path, validationPage(file, path), args.lang);
      checkTolerance(file.validation, tolerance);
      finish(validationAnswer(file, path, page));
    },
  );
};
