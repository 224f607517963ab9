import type { Argv } from 'yargs';
import { shapeText } from '../../core/geometry.js';
import { readDataset } from '../../data/dataset-file.js';
import { loadDataset } from '../../data/load.js';
import type { DatasetSummary } from '../../data/summary.js';
import type { CommandResult } from '../context.js';
import {
  changeOptions,
  dataOptions,
  limitOf,
  newSettings,
  type RecordingArguments,
  recordingOptions,
  text,
} from '../options.js';
import { interruptible } from '../interruptible.js';
import { dataStage } from '../pipeline/data-stage.js';
import { checkSources } from '../pipeline/check-sources.js';
import { runFolder } from '../pipeline/run-folder.js';
import { runStages } from '../pipeline/stages.js';
import type { GlobalArguments, RegisterCommand } from '../register.js';
import { table } from '../table.js';

function summaryText(summary: DatasetSummary): string {
  const { train, validation, test } = summary.splits;
  const sides = [train, validation, test];
  const counts = table(
    ['class', 'train', 'validation', 'test'],
    [
      ...summary.classes.map((name, index) => [name, ...sides.map((side) => String(side.perClass[index]))]),
      ['all', ...sides.map((side) => String(side.samples))],
      ['groups', ...sides.map((side) => String(side.groups))],
    ],
  );
  const skipped = summary.skipped.map((file) => `skipped ${file.file}: ${file.reason}`);
  const title = `${summary.name}: ${summary.reader}, ${shapeText(summary.shape)} after front-end ${summary.frontEnd.kind}`;
  return [title, counts, ...summary.notes, ...skipped].join('\n');
}

function answer(summary: DatasetSummary): CommandResult {
  return { json: summary, text: summaryText(summary) };
}

function datasetArguments(args: Argv<GlobalArguments>) {
  return args
    .positional('dataset', {
      type: 'string',
      demandOption: true,
      describe: 'folder of recordings, its .tar.gz, or a dataset.yaml',
    })
    .options(recordingOptions);
}

/** `litesnn data inspect|check|convert`. */
export const registerData: RegisterCommand = (parser, context, finish) => {
  const read = async (
    args: RecordingArguments & { dataset: string },
    badFiles: 'fail' | 'skip',
  ): Promise<void> => {
    const { dataset: path, definition, 'data-root': dataRoot } = args;
    const loaded = await loadDataset({
      path,
      definition,
      dataRoot,
      badFiles,
      limit: limitOf(args),
      progress: interruptible(context.progress, context.signal, 'reading data'),
    });
    finish(answer(loaded.summary));
  };
  parser.command('data', 'look at, check or convert a data set', (data) =>
    data
      .command(
        'inspect <dataset>',
        'count what is in a data set; bad files are named and left out',
        datasetArguments,
        (args) => read(args, 'skip'),
      )
      .command(
        'check <dataset>',
        'read every file of a data set; the first bad one is an error',
        datasetArguments,
        (args) => read(args, 'fail'),
      )
      .command(
        'convert <dataset>',
        'first stage of a run: splits and front-end, into the folder of a run',
        (args) =>
          datasetArguments(args)
            .options(dataOptions)
            .options(changeOptions)
            .option('run', { ...text, demandOption: true, describe: 'folder of the run, made when new' })
            .demandOption('target'),
        async (args) => {
          const folder = runFolder(args.run);
          const settings = newSettings(args.dataset, args);
          checkSources(settings);
          await runStages(context, folder, settings, [dataStage]);
          finish(answer(readDataset(folder.data).summary));
        },
      )
      .demandCommand(1, 'inspect, check or convert'),
  );
};
