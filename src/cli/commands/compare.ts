import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { writeAtomic, writeJson, readJson } from '../../core/files.js';
import { toolVersion } from '../../core/version.js';
import { readDataset } from '../../data/dataset-file.js';
import type { Split } from '../../data/dataset.js';
import { CMSIS_NN_BASIS } from '../../energy/cmsis-nn.js';
import { collectComparison } from '../../report/compare/collect.js';
import { comparisonSchema, type Comparison } from '../../report/compare/comparison.js';
import { comparisonCells, comparisonFindings, comparisonHeads } from '../../report/compare/rows.js';
import { compareWordsOf } from '../../report/compare/words.js';
import { parseSummary } from '../../report/summary.js';
import { VARIANT_NAMES, type VariantName } from '../../search/compare/variants.js';
import { presetOf } from '../../search/presets.js';
import { loadTarget } from '../../targets/load.js';
import { createEngine } from '../../training/engines.js';
import { comparisonPagePath, comparisonPath } from '../compare/comparison-file.js';
import { runComparison } from '../compare/run-comparison.js';
import type { CommandContext } from '../context.js';
import { creationTime } from '../creation-time.js';
import { interruptible } from '../interruptible.js';
import { parseCount } from '../numbers.js';
import { changedSettings, changeOptions, runOption, text } from '../options.js';
import { openRun } from '../pipeline/open-run.js';
import { pagePath, summaryPath } from '../pipeline/report-stage.js';
import { runFolder, type RunFolder } from '../pipeline/run-folder.js';
import { readSettings, type RunSettings } from '../pipeline/settings.js';
import { readStage } from '../pipeline/stage.js';
import type { RegisterCommand } from '../register.js';
import { table } from '../table.js';

const DEFAULT_SEEDS = '3';

interface Wanted {
  readonly seeds: readonly number[];
  readonly variants: readonly VariantName[];
  readonly effort: number;
}

function usage(message: string, hint: string): LitesnnError {
  return new LitesnnError('USAGE', ExitCode.usage, message, { hint });
}

/** The joint network is always there: everything is compared with it. */
function variantsOf(names: string | undefined): VariantName[] {
  if (names === undefined) return [...VARIANT_NAMES];
  const wanted = names.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !VARIANT_NAMES.some((known) => known === name));
  if (unknown !== undefined) {
    throw usage(`--variants: there is no variant "${unknown}"`, `use some of: ${VARIANT_NAMES.join(',')}`);
  }
  return VARIANT_NAMES.filter((name) => name === 'joint' || wanted.includes(name));
}

function effortOf(given: string): number {
  const effort = /^\d*\.?\d+$/.test(given) ? Number(given) : 0;
  if (effort > 0 && effort <= 10) return effort;
  throw usage(`--effort ${given} is not a number above 0, at most 10`, 'for example --effort 0.25');
}

function chanceOf({ labels, count }: Split): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / count;
}

function requireData(folder: RunFolder): void {
  if (readStage(folder, 'data')?.complete === true) return;
  throw new LitesnnError('STAGE_MISSING', ExitCode.usage, `compare starts from the data of ${folder.root}`, {
    hint: `make them with litesnn data convert <dataset> --run ${folder.root}`,
  });
}

async function compare(
  context: CommandContext,
  folder: RunFolder,
  settings: RunSettings,
  { seeds, variants, effort }: Wanted,
): Promise<Comparison> {
  const { progress, signal, command } = context;
  const { dataset } = readDataset(folder.data);
  const target = loadTarget(settings.target);
  const engine = await createEngine(settings.engine, { threads: settings.threads });
  progress.note(`compare: engine ${engine.description}`);
  const created = creationTime().toISOString();
  const scores = await runComparison({
    ...{ dataset, target, engine, command, created, effort, seeds, variants, signal },
    progress: interruptible(progress, signal, 'compare'),
    preset: presetOf(settings.preset),
    folder: join(folder.compare, 'networks'),
  });
  return collectComparison(
    {
      ...{ tool: `litesnn ${toolVersion}`, command, created, preset: settings.preset, effort },
      dataset: { name: dataset.name, hash: dataset.hash, testSamples: dataset.test.count },
      engine: `${engine.name}: ${engine.description}`,
      target: { name: target.name, core: target.core },
      seeds: [...seeds],
      chance: chanceOf(dataset.test),
      artificialBasis: CMSIS_NN_BASIS,
    },
    scores,
  );
}

/** Its own page, and the section in the run's report where there is one. */
async function writeComparison(
  folder: RunFolder,
  { language }: RunSettings,
  comparison: Comparison,
): Promise<void> {
  // Loaded only here: the charts' library takes half a second.
  const { renderComparison, renderReport } = await import('../../report/render.js');
  const page = renderComparison(basename(folder.root), comparison, language);
  writeJson(comparisonPath(folder), comparisonSchema.parse(comparison));
  writeAtomic(comparisonPagePath(folder), page);
  if (!existsSync(summaryPath(folder))) return;
  const summary = parseSummary(readJson(summaryPath(folder)));
  writeAtomic(pagePath(folder), renderReport(summary, language, comparison));
}

/** `litesnn compare`: what joint search is worth, against other ways to a network on the same data, seeds and effort. */
export const registerCompare: RegisterCommand = (parser, context, finish) => {
  const { target, preset, engine, threads, seed, lang } = changeOptions;
  parser.command(
    'compare',
    'joint search against sequential choices, no compression, binary activations and int8 networks',
    (args) =>
      args
        .options({ run: runOption, target, preset, engine, threads, seed, lang })
        .option('seeds', {
          ...text,
          default: DEFAULT_SEEDS,
          describe: 'number of seeds, from --seed upwards',
        })
        .option('variants', { ...text, describe: `some of ${VARIANT_NAMES.join(',')}; all by default` })
        .option('effort', {
          ...text,
          default: '1',
          describe: "fraction of the preset's training samples, for all alike",
        }),
    async (args) => {
      const folder = runFolder(resolve(args.run));
      const settings = changedSettings(readSettings(folder), args);
      const count = parseCount(args.seeds, 'seeds') ?? 1;
      const wanted: Wanted = {
        seeds: Array.from({ length: count }, (_, i) => settings.seed + i),
        variants: variantsOf(args.variants),
        effort: effortOf(args.effort),
      };
      requireData(folder);
      loadTarget(settings.target);
      const close = openRun(folder);
      try {
        const comparison = await compare(context, folder, settings, wanted);
        await writeComparison(folder, settings, comparison);
        const words = compareWordsOf.en;
        const rows = comparison.rows.map((row) => comparisonCells(row, words));
        finish({
          json: comparison,
          text: [
            table(comparisonHeads(words), rows),
            '',
            ...comparisonFindings(comparison, words),
            `instructions of artificial networks: ${comparison.artificialBasis}`,
            `page: ${comparisonPagePath(folder)}`,
          ].join('\n'),
        });
      } finally {
        close();
      }
    },
  );
};
