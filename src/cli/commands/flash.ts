import type { FlashReport } from '../../flash/flasher.js';
import { count } from '../../report/format.js';
import { loadTarget } from '../../targets/load.js';
import { flashAnswer } from '../answers/flash.js';
import type { CommandContext, CommandResult } from '../context.js';
import { changedSettings, changeOptions, runOption } from '../options.js';
import { BoardHolder } from '../pipeline/board-holder.js';
import { flashImage } from '../pipeline/flash-stage.js';
import { openRun } from '../pipeline/open-run.js';
import { type RunFolder, runFolder } from '../pipeline/run-folder.js';
import { readSettings, type RunSettings } from '../pipeline/settings.js';
import { allStages, runStages } from '../pipeline/stages.js';
import type { RegisterCommand } from '../register.js';

function dryRunAnswer(report: FlashReport): CommandResult {
  const { identity, bytes, pages } = report;
  const what = `${identity.protocol}, ${identity.productName}, loader ${identity.loaderVersion}`;
  return {
    json: report,
    text: `${what}: would write ${count(bytes)} bytes${pages > 0 ? ` in ${pages} pages` : ''}; nothing was changed`,
  };
}

async function dryRun(
  context: CommandContext,
  folder: RunFolder,
  settings: RunSettings,
): Promise<FlashReport> {
  const close = openRun(folder);
  const board = new BoardHolder(folder, settings);
  try {
    return await flashImage({ ...context, folder, settings, board }, true);
  } finally {
    await board.release();
    close();
  }
}

/** `litesnn flash`: always writes, because what is on a board is not known from files; `--dry-run` only looks. */
export const registerFlash: RegisterCommand = (parser, context, finish) => {
  parser.command(
    'flash',
    "write the run's image into the board, verify, start",
    (args) =>
      args.option('run', runOption).options(changeOptions).option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'identify the board and check image and board, but change nothing',
      }),
    async (args) => {
      const folder = runFolder(args.run);
      const settings = changedSettings(readSettings(folder), args);
      loadTarget(settings.target);
      if (args['dry-run']) {
        finish(dryRunAnswer(await dryRun(context, folder, settings)));
        return;
      }
      const stages = allStages.filter((stage) => stage.name === 'flash');
      await runStages(context, folder, settings, stages, { again: true });
      finish(flashAnswer(folder));
    },
  );
};
