import { checkMeasuredBudgets } from '../answers/kept-budgets.js';
import { reportAnswer } from '../answers/report.js';
import { pagePath } from '../pipeline/report-stage.js';
import { changeOptions, dataOptions, newSettings, text } from '../options.js';
import { checkSources } from '../pipeline/check-sources.js';
import { runFolder } from '../pipeline/run-folder.js';
import { allStages, runStages } from '../pipeline/stages.js';
import type { RegisterCommand } from '../register.js';

/** `litesnn run`: all stages; what an earlier, interrupted run of the same folder did is not done again. */
export const registerRun: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'run',
    'recordings in, measured firmware and a report out',
    (args) =>
      args
        .options(dataOptions)
        .options(changeOptions)
        .option('data', {
          ...text,
          demandOption: true,
          describe: 'folder of recordings, its .tar.gz, or a dataset.yaml',
        })
        .option('out', { ...text, demandOption: true, describe: 'folder of the run' })
        .demandOption('target'),
    async (args) => {
      const folder = runFolder(args.out);
      const settings = newSettings(args.data, args);
      checkSources(settings);
      await runStages(context, folder, settings, allStages);
      const answer = reportAnswer(folder);
      checkMeasuredBudgets(answer.json, pagePath(folder));
      finish(answer);
    },
  );
};
