// The whole line on real data: recordings in, figures measured on emulated boards out.
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runFolder, type RunFolder } from '../src/cli/pipeline/run-folder.js';
import { writeSettings, type RunSettings } from '../src/cli/pipeline/settings.js';
import { allStages, runStages } from '../src/cli/pipeline/stages.js';
import { packageRoot } from '../src/core/paths.js';
import { presetNames } from '../src/search/presets.js';
import { runBenchmark, type BenchmarkContext, type BenchmarkResult } from './contract.js';
import { dataRootOption, locateDataset, type DatasetName, type FoundDataset } from './datasets.js';
import { lineHeadline, readLineFigures, type LineFigures } from './line-figures.js';

const OPTIONS = {
  'data-root': dataRootOption,
  datasets: {
    type: 'array',
    choices: ['fashion-mnist', 'fsdd'],
    default: ['fashion-mnist', 'fsdd'],
    describe: 'data sets to run',
  },
  'fashion-preset': { choices: presetNames, default: 'quick', describe: 'search preset for Fashion-MNIST' },
  'fsdd-preset': { choices: presetNames, default: 'standard', describe: 'search preset for fsdd' },
  seed: { type: 'number', default: 1, describe: 'seed of everything random' },
  samples: { type: 'number', describe: 'test samples measured on each board; all by default' },
  runs: {
    type: 'string',
    default: join(packageRoot, 'runs', 'bench-line'),
    describe: 'folder for the runs',
  },
  continue: { type: 'boolean', default: false, describe: 'go on with the runs found there' },
} as const;

/** The first board searches; the others take its model. */
const TARGETS: Readonly<Record<DatasetName, readonly string[]>> = {
  'fashion-mnist': ['mps2-an386'],
  fsdd: ['mps2-an386', 'mps2-an385'],
};

interface LineOptions {
  readonly preset: string;
  readonly seed: number;
  readonly samples: number | undefined;
  readonly runs: string;
  readonly keep: boolean;
}

function settingsOf(found: FoundDataset, target: string, options: LineOptions): RunSettings {
  return {
    data: found.data,
    definition: found.definition,
    badFiles: 'fail',
    limit: {},
    target,
    budget: {},
    preset: options.preset,
    engine: 'auto',
    seed: options.seed,
    samples: options.samples,
    language: 'en',
  };
}

/** Data and search of another board's run, with their records: those stages then have nothing left to do. */
function takeSearch(from: RunFolder, to: RunFolder): void {
  for (const part of ['data', 'search', 'model'] as const) cpSync(from[part], to[part], { recursive: true });
  for (const stage of ['data', 'search']) {
    cpSync(join(from.stages, `${stage}.json`), join(to.stages, `${stage}.json`));
  }
}

async function runOnTargets(
  found: FoundDataset,
  options: LineOptions,
  context: BenchmarkContext,
): Promise<(BenchmarkResult & LineFigures)[]> {
  const rows = [];
  let first: RunFolder | undefined;
  for (const target of TARGETS[found.name]) {
    const folder = runFolder(join(options.runs, `${found.name}-${target}`));
    if (!options.keep) rmSync(folder.root, { recursive: true, force: true });
    if (first !== undefined) takeSearch(first, folder);
    first ??= folder;
    context.progress.note(`line: ${found.name} on ${target}, in ${folder.root}`);
    const settings = settingsOf(found, target, options);
    writeSettings(folder, settings);
    await runStages(context, folder, settings, allStages);
    rows.push(readLineFigures(folder, options.preset));
  }
  return rows;
}

await runBenchmark(
  { name: 'line', describe: 'the whole line on real data and emulated boards', options: OPTIONS },
  async (args, context) => {
    const results: BenchmarkResult[] = [];
    const rows: LineFigures[] = [];
    for (const name of args.datasets as DatasetName[]) {
      const found = locateDataset(name, args['data-root']);
      if ('missing' in found) {
        context.progress.note(`line: ${name} skipped, ${found.missing}`);
        results.push({ dataset: name, skipped: found.missing });
        continue;
      }
      const done = await runOnTargets(
        found,
        {
          preset: name === 'fsdd' ? args['fsdd-preset'] : args['fashion-preset'],
          seed: args.seed,
          samples: args.samples,
          runs: resolve(args.runs),
          keep: args.continue,
        },
        context,
      );
      results.push(...done);
      rows.push(...done);
    }
    return { results, headline: lineHeadline(rows) };
  },
);
