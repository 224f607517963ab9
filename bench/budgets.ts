// Asks for a share of the flash, the RAM or the latency of a freely searched network, and looks at what the board then has.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { summaryPath } from '../src/cli/pipeline/report-stage.js';
import { runFolder } from '../src/cli/pipeline/run-folder.js';
import { writeSettings, type Budget, type RunSettings } from '../src/cli/pipeline/settings.js';
import { allStages, runStages } from '../src/cli/pipeline/stages.js';
import { ExitCode, LitesnnError } from '../src/core/errors.js';
import { readJson } from '../src/core/files.js';
import { packageRoot } from '../src/core/paths.js';
import { parseSummary, type Summary } from '../src/report/summary.js';
import { presetNames } from '../src/search/presets.js';
import {
  budgetHeadline,
  deviceFigures,
  LIMITED_FIGURES,
  shareOf,
  type BudgetOutcome,
} from './budgets-figures.js';
import { runBenchmark, type BenchmarkContext, type BenchmarkResult } from './contract.js';
import { dataRootOption } from './datasets.js';
import { locateRealDataset, REAL_DATASETS } from './realdata-sets.js';

const TARGET = 'mps2-an386';

const OPTIONS = {
  'data-root': dataRootOption,
  dataset: {
    choices: REAL_DATASETS.map(({ name }) => name),
    default: 'fsdd' as const,
    describe: 'data set to search on',
  },
  preset: { choices: presetNames, default: 'compact', describe: 'search preset' },
  share: { type: 'number', default: 0.5, describe: 'part of the free figure that is asked for' },
  seed: { type: 'number', default: 1, describe: 'seed of all searches' },
  samples: { type: 'number', default: 100, describe: 'test samples measured on the emulated board' },
  runs: {
    type: 'string',
    default: join(packageRoot, 'runs', 'bench-budgets'),
    describe: 'folder for the runs',
  },
} as const;

/** The run's summary, or the one line that says what limits it where no network obeys the budget. */
async function runWithin(
  path: string,
  settings: RunSettings,
  context: BenchmarkContext,
): Promise<Summary | string> {
  const folder = runFolder(path);
  rmSync(folder.root, { recursive: true, force: true });
  writeSettings(folder, settings);
  try {
    await runStages(context, folder, settings, allStages);
  } catch (error) {
    if (error instanceof LitesnnError && error.exitCode === ExitCode.infeasible) return error.message;
    throw error;
  }
  return parseSummary(readJson(summaryPath(folder)));
}

function rowOf(asked: string, summary: Summary): BenchmarkResult {
  return {
    asked,
    ...deviceFigures(summary),
    latencyKind: summary.device.latency.kind,
    instructions: summary.device.perInference.median,
    testAccuracy: summary.accuracy.integerTest.value,
    mismatches: summary.agreement.mismatches,
  };
}

await runBenchmark(
  { name: 'budgets', describe: 'half of the flash, RAM or latency, asked for and checked', options: OPTIONS },
  async (args, context) => {
    const set = REAL_DATASETS.find(({ name }) => name === args.dataset)!;
    const found = locateRealDataset(set, args['data-root']);
    if ('missing' in found) {
      context.progress.note(`budgets: skipped, ${found.missing}`);
      return { results: [{ dataset: set.name, skipped: found.missing }], headline: {} };
    }
    const within = (name: string, budget: Budget): Promise<Summary | string> => {
      context.progress.note(`budgets: ${set.name}, ${name}`);
      return runWithin(
        join(resolve(args.runs), name),
        {
          ...found,
          limit: {},
          target: TARGET,
          budget,
          preset: args.preset,
          engine: 'auto',
          seed: args.seed,
          samples: args.samples,
          language: 'en',
        },
        context,
      );
    };
    const free = await within('free', {});
    if (typeof free === 'string') return { results: [{ asked: 'nothing', limited: free }], headline: {} };
    const results: BenchmarkResult[] = [rowOf('nothing', free)];
    const outcomes: BudgetOutcome[] = [];
    for (const asked of LIMITED_FIGURES) {
      const budget = shareOf(deviceFigures(free), asked, args.share);
      const limit = budget[asked]!;
      const summary = await within(asked, budget);
      if (typeof summary === 'string') {
        outcomes.push({ asked, limit });
        results.push({ asked, limit, limited: summary });
      } else {
        outcomes.push({ asked, limit, has: deviceFigures(summary)[asked] });
        results.push({ limit, ...rowOf(asked, summary) });
      }
    }
    return { results, headline: budgetHeadline(outcomes) };
  },
);
