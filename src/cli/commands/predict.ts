import { resolve } from 'node:path';
import { readModel } from '../../model/file.js';
import { loadTarget } from '../../targets/load.js';
import { predictionAnswer } from '../answers/prediction.js';
import { changeOptions, runOption } from '../options.js';
import { readPlan } from '../pipeline/generate-stage.js';
import { writeRunPrediction } from '../pipeline/prediction.js';
import { runFolder } from '../pipeline/run-folder.js';
import { readSettings } from '../pipeline/settings.js';
import type { RegisterCommand } from '../register.js';

/** `litesnn predict`: what a calibration expects of a generated network, kept for `validate`. */
export const registerPredict: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'predict',
    'predict time and energy of a run by a calibration, and keep it to be validated',
    (args) =>
      args
        .option('run', runOption)
        .option('calibration', { ...changeOptions.calibration, demandOption: true }),
    (args) => {
      const folder = runFolder(args.run);
      const { model, hash } = readModel(folder.model);
      const target = loadTarget(readSettings(folder).target);
      const calibration = resolve(args.calibration);
      const { command } = context;
      const plan = readPlan(folder);
      finish(
        predictionAnswer(writeRunPrediction(folder, { model, hash, plan, target, command, calibration })),
      );
    },
  );
};
