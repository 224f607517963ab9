// Does it learn, and what is each part of the method worth? The full search against searches with one part switched off.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ExitCode, LitesnnError } from '../src/core/errors.js';
import { packageRoot } from '../src/core/paths.js';
import { Random } from '../src/core/random.js';
import type { Dataset } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/load.js';
import { learningSplits } from '../src/data/splits.js';
import { presetNames, presetOf, type Preset } from '../src/search/presets.js';
import { runSearch, type Ablation } from '../src/search/search.js';
import type { TrainedNetwork } from '../src/search/trained-network.js';
import { loadTarget } from '../src/targets/load.js';
import { createEngine } from '../src/training/engines.js';
import type { TrainingEngine } from '../src/training/engine.js';
import { initialParameters } from '../src/training/initial.js';
import { ablationHeadline, variantRow, type VariantScores } from './ablation-table.js';
import { scoreOnTest, type Score } from './ablation-score.js';
import { FULL, UNTRAINED, VARIANTS } from './ablation-variants.js';
import { runBenchmark, type BenchmarkContext } from './contract.js';
import { dataRootOption, locateDataset, type FoundDataset } from './datasets.js';

const OPTIONS = {
  'data-root': dataRootOption,
  preset: { choices: presetNames, default: 'quick', describe: 'schedule and space, the same for all' },
  width: { type: 'number', default: 16, describe: 'channels at full resolution, narrower than the preset' },
  'retrain-samples': {
    type: 'number',
    default: 60_000,
    describe: 'samples of each retraining, fewer than the preset, since there are so many of them',
  },
  seeds: { type: 'number', default: 3, describe: 'number of seeds' },
  runs: {
    type: 'string',
    default: join(packageRoot, 'runs', 'bench-ablation'),
    describe: 'folder for the searches',
  },
  continue: { type: 'boolean', default: false, describe: 'go on with the searches found there' },
} as const;

/** Firmware bytes are counted for this board; all boards here store weights alike. */
const TARGET = 'mps2-an386';

interface Bench extends BenchmarkContext {
  readonly dataset: Dataset;
  readonly engine: TrainingEngine;
  readonly preset: Preset;
  readonly runs: string;
}

const RETRAIN_EPOCHS = 5;

/** The preset, shortened alike for all variants. */
function shortened(preset: Preset, width: number, retrainSamples: number): Preset {
  const retrainSamplesPerEpoch = Math.ceil(retrainSamples / RETRAIN_EPOCHS);
  return {
    ...preset,
    spaceOptions: { ...preset.spaceOptions, width },
    schedule: { ...preset.schedule, retrainEpochs: RETRAIN_EPOCHS, retrainSamplesPerEpoch },
  };
}

/** fsdd, or where it is not there Fashion-MNIST, which every Debian machine can install. */
function locate(dataRoot: string | undefined, context: BenchmarkContext): FoundDataset {
  const missing: string[] = [];
  for (const name of ['fsdd', 'fashion-mnist'] as const) {
    const found = locateDataset(name, dataRoot);
    if (!('missing' in found)) return found;
    context.progress.note(`ablation: ${name} is not used, ${found.missing}`);
    missing.push(found.missing);
  }
  throw new LitesnnError('BENCH_NO_DATA', ExitCode.usage, missing.join('; '));
}

async function trained(
  bench: Bench,
  ablate: Ablation,
  seed: number,
  folder: string,
): Promise<TrainedNetwork> {
  const { dataset, engine, preset, progress, signal } = bench;
  const data = learningSplits(dataset);
  const { network } = await runSearch({ ...preset, data, engine, seed, ablate, folder, progress, signal });
  return network;
}

/** The full method's own network, with weights and normalization as they are before the first step. */
function untrained({ graph, genotype, seed }: TrainedNetwork): TrainedNetwork {
  return { graph, genotype, seed, parameters: initialParameters(graph, Random.fromSeed(seed)) };
}

async function scoreVariants(bench: Bench, seeds: readonly number[]): Promise<VariantScores[]> {
  const scores = new Map<string, Score[]>();
  const add = async (variant: string, network: TrainedNetwork): Promise<void> => {
    const score = await scoreOnTest(
      network,
      bench.dataset,
      loadTarget(TARGET),
      bench.command,
      bench.progress,
    );
    scores.set(variant, [...(scores.get(variant) ?? []), score]);
    const percent = (100 * score.accuracy).toFixed(1);
    bench.progress.note(`ablation: ${variant}, seed ${network.seed}: ${percent} %`);
  };
  for (const seed of seeds) {
    for (const { name, ablate } of VARIANTS) {
      const folder = join(bench.runs, `${name.replaceAll(' ', '-')}-${seed}`);
      const network = await trained(bench, ablate, seed, folder);
      await add(name, network);
      if (name === FULL) await add(UNTRAINED, untrained(network));
    }
  }
  return [...scores].map(([variant, all]) => ({ variant, scores: all }));
}

function chanceOf({ classes, test }: Dataset): number {
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of test.labels) counts[label]++;
  return Math.max(...counts) / test.count;
}

await runBenchmark(
  { name: 'ablation', describe: 'the full search against searches with one part off', options: OPTIONS },
  async (args, context) => {
    const { data: path, definition } = locate(args['data-root'], context);
    const { dataset } = await loadDataset({ path, definition, progress: context.progress });
    const runs = resolve(args.runs);
    if (!args.continue) rmSync(runs, { recursive: true, force: true });
    const engine = await createEngine('auto');
    const seeds = Array.from({ length: args.seeds }, (_, index) => index + 1);
    const preset = shortened(presetOf(args.preset), args.width, args['retrain-samples']);
    const all = await scoreVariants({ ...context, dataset, engine, preset, runs }, seeds);
    const [full] = all;
    const sizes = { width: args.width, retrainSamples: args['retrain-samples'] };
    const common = { dataset: dataset.name, testSamples: dataset.test.count, preset: args.preset, ...sizes };
    return {
      results: all.map((row) => ({ ...common, ...variantRow(row, full) })),
      headline: ablationHeadline(all, chanceOf(dataset)),
    };
  },
);
