import { buildStage } from './build-stage.js';
import { dataStage } from './data-stage.js';
import { flashStage } from './flash-stage.js';
import { generateStage } from './generate-stage.js';
import { measureStage } from './measure-stage.js';
import { reportStage } from './report-stage.js';
import { searchStage } from './search-stage.js';
import { runStage, type Stage, type StageContext, type StageOptions } from './stage.js';
import { BoardHolder } from './board-holder.js';
import type { CommandContext } from '../context.js';
import type { RunFolder } from './run-folder.js';
import { openRun } from './open-run.js';
import { type RunSettings, writeSettings } from './settings.js';

/** A run, in order. */
export const allStages: readonly Stage[] = [
  dataStage,
  searchStage,
  generateStage,
  buildStage,
  flashStage,
  measureStage,
  reportStage,
];

/** Runs stages one after the other on one board; board and folder are released whatever happens. */
export async function runStages(
  context: CommandContext,
  folder: RunFolder,
  settings: RunSettings,
  stages: readonly Stage[],
  options: StageOptions = {},
): Promise<void> {
  const close = openRun(folder);
  const board = new BoardHolder(folder, settings);
  const stageContext: StageContext = { ...context, folder, settings, board };
  try {
    writeSettings(folder, settings);
    for (const stage of stages) await runStage(stageContext, stage, options);
  } finally {
    await board.release();
    close();
  }
}
