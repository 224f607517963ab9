import { loadTarget } from '../../targets/load.js';
import { buildAnswer } from '../answers/build.js';
import { generateAnswer } from '../answers/generate.js';
import { measureAnswer } from '../answers/measure.js';
import { reportAnswer } from '../answers/report.js';
import { searchAnswer } from '../answers/search.js';
import type { CommandResult } from '../context.js';
import { changedSettings, changeOptions, runOption } from '../options.js';
import { type RunFolder, runFolder } from '../pipeline/run-folder.js';
import { readSettings } from '../pipeline/settings.js';
import type { StageName } from '../pipeline/stage.js';
import { allStages, runStages } from '../pipeline/stages.js';
import type { RegisterCommand } from '../register.js';

interface StageCommand {
  readonly name: StageName;
  readonly describe: string;
  readonly answer: (folder: RunFolder) => CommandResult;
}

const stageCommands: readonly StageCommand[] = [
  {
    name: 'search',
    describe: 'search and train a network on the data of a run, fold it to integers',
    answer: searchAnswer,
  },
  { name: 'generate', describe: 'turn the integer model of a run into a C project', answer: generateAnswer },
  { name: 'build', describe: 'compile the C project, size it against board and budget', answer: buildAnswer },
  {
    name: 'measure',
    describe: 'run test samples on the board, compare every logit with the reference',
    answer: measureAnswer,
  },
  { name: 'report', describe: 'write the report page and summary.json', answer: reportAnswer },
];

/** One command for every stage after `data` but `flash`, which has its own; each starts from the files of the stage before it. */
export const registerStages: RegisterCommand = (parser, context, finish) => {
  for (const { name, describe, answer } of stageCommands) {
    parser.command(
      name,
      describe,
      (args) => args.option('run', runOption).options(changeOptions),
      async (args) => {
        const folder = runFolder(args.run);
        const settings = changedSettings(readSettings(folder), args);
        loadTarget(settings.target);
        await runStages(
          context,
          folder,
          settings,
          allStages.filter((stage) => stage.name === name),
        );
        finish(answer(folder));
      },
    );
  }
};
