// Search, retraining and an emulated Cortex-M4 on real data sets, over seeds: accuracy with its spread, and what it costs.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runFolder, type RunFolder } from '../src/cli/pipeline/run-folder.js';
import { summaryPath } from '../src/cli/pipeline/report-stage.js';
import { writeSettings, type RunSettings } from '../src/cli/pipeline/settings.js';
import { allStages, runStages } from '../src/cli/pipeline/stages.js';
import { readJson } from '../src/core/files.js';
import { packageRoot } from '../src/core/paths.js';
import { readModel } from '../src/model/file.js';
import { parseSummary } from '../src/report/summary.js';
import { presetNames } from '../src/search/presets.js';
import { runBenchmark, type BenchmarkContext, type BenchmarkResult } from './contract.js';
import { dataRootOption } from './datasets.js';
import { processorSeconds, timeProcessor } from './processor-clock.js';
import { realHeadline, realRow, realRun, type RealRow, type RealRun } from './realdata-figures.js';
import { locateRealDataset, REAL_DATASETS } from './realdata-sets.js';

const TARGET = 'mps2-an386';

const OPTIONS = {
  'data-root': dataRootOption,
  datasets: {
    type: 'array',
    choices: REAL_DATASETS.map(({ name }) => name),
    default: REAL_DATASETS.map(({ name }) => name),
    describe: 'data sets to run',
  },
  seeds: { type: 'number', default: 3, describe: 'seeds a data set, from 1 on' },
  preset: { choices: presetNames, describe: 'search preset for all, instead of the one of each data set' },
  samples: { type: 'number', default: 200, describe: 'test samples measured on the emulated board' },
  runs: {
    type: 'string',
    default: join(packageRoot, 'runs', 'bench-realdata'),
    describe: 'folder for the runs',
  },
  continue: {
    type: 'boolean',
    default: false,
    describe: 'keep what was searched there and go on with what was not; firmware is made and measured anew',
  },
} as const;

/** Data and search are kept by a continued run; the rest depends on the code that is checked out. */
const LEARNING_STAGES = allStages.slice(0, 2);
const BOARD_STAGES = allStages.slice(2);

async function runSeed(
  folder: RunFolder,
  settings: RunSettings,
  context: BenchmarkContext,
): Promise<RealRun> {
  const clock = join(folder.root, 'processor.json');
  await timeProcessor(clock, () => runStages(context, folder, settings, LEARNING_STAGES));
  await runStages(context, folder, settings, BOARD_STAGES, { again: true });
  return realRun(
    parseSummary(readJson(summaryPath(folder))),
    readModel(folder.model).model,
    processorSeconds(clock),
  );
}

await runBenchmark(
  { name: 'realdata', describe: 'searched networks on real data sets, over seeds', options: OPTIONS },
  async (args, context) => {
    const results: BenchmarkResult[] = [];
    const rows: RealRow[] = [];
    for (const set of REAL_DATASETS.filter(({ name }) => args.datasets.includes(name))) {
      const found = locateRealDataset(set, args['data-root']);
      if ('missing' in found) {
        context.progress.note(`realdata: ${set.name} skipped, ${found.missing}`);
        results.push({ dataset: set.name, skipped: found.missing });
        continue;
      }
      const preset = args.preset ?? set.preset;
      const runs: RealRun[] = [];
      for (let seed = 1; seed <= args.seeds; seed++) {
        const folder = runFolder(join(resolve(args.runs), `${set.name}-${seed}`));
        if (!args.continue) rmSync(folder.root, { recursive: true, force: true });
        context.progress.note(`realdata: ${set.name}, seed ${seed} of ${args.seeds}, in ${folder.root}`);
        const settings: RunSettings = {
          ...found,
          limit: {},
          target: TARGET,
          budget: set.budget,
          preset,
          engine: 'auto',
          seed,
          samples: args.samples,
          language: 'en',
        };
        writeSettings(folder, settings);
        runs.push(await runSeed(folder, settings, context));
      }
      const row = realRow(set.name, preset, runs);
      rows.push(row);
      results.push(row);
    }
    return { results, headline: realHeadline(rows) };
  },
);
