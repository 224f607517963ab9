import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { silentProgress, type Progress } from '../../src/core/progress.js';
import { evaluateNetwork } from '../../src/search/evaluate.js';
import type { HistoryEntry } from '../../src/search/loop.js';
import { readTrainedNetwork } from '../../src/search/network-file.js';
import { runSearch, type SearchOptions } from '../../src/search/search.js';
import type { TrainingEngine } from '../../src/training/engine.js';
import { createEngine } from '../../src/training/engines.js';
import { PRESETS } from '../../src/search/presets.js';
import { stripes } from './stripes.js';

const DATA = stripes(60);

describe('search: the whole search', function () {
  let engine: TrainingEngine;
  let folder: string;

  before(async () => {
    engine = await createEngine('auto', { threads: 1 });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'litesnn-search-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function options(more: Partial<SearchOptions> = {}): SearchOptions {
    return {
      data: DATA,
      engine,
      space: 'micro',
      spaceOptions: { levels: [0, 1], width: 4, timesteps: 3, keep: [0.5, 1] },
      seed: 3,
      schedule: { ...PRESETS.quick.schedule, epochs: 3, retrainEpochs: 4, batch: 16, warmupEpochs: 1 },
      lambdas: { modelSize: 0.1, bitSynOps: 0.1 },
      folder: join(folder, 'run'),
      progress: silentProgress,
      ...more,
    };
  }

  function filesOf(run: string): string[] {
    const names = ['genotype.json', 'history.jsonl', 'network.json', 'network.bin'];
    return names.map((name) => readFileSync(join(run, name), 'latin1'));
  }

  it('learns far above chance, and writes a network that is read back with that accuracy', async () => {
    const result = await runSearch(options());
    expect(result.accuracy).to.be.greaterThan(0.8);
    const network = readTrainedNetwork(join(folder, 'run'));
    const session = await engine.compile(network.graph, 32, network.parameters);
    const again = await evaluateNetwork(session, network.graph, DATA.validation);
    session.dispose();
    expect(again.accuracy).to.equal(result.accuracy);
    expect(again.rates.length).to.equal(network.graph.populations.length * network.graph.timesteps);
    for (const rate of again.rates) expect(rate).to.be.within(0, 1);
    expect(result.history.map((entry) => entry.stage)).to.deep.equal([
      ...Array<string>(3).fill('search'),
      ...Array<string>(4).fill('retrain'),
    ]);
  });

  it('interrupted in each stage and continued, it writes the files of an uninterrupted run', async () => {
    const whole = join(folder, 'whole');
    await runSearch(options({ folder: whole }));
    const interrupted = join(folder, 'interrupted');
    for (const [stage, stopAt] of [
      ['search', 5],
      ['search', 18],
      ['retrain', 7],
    ] as const) {
      const abort = new AbortController();
      const progress: Progress = {
        start: (label) => ({
          update: (done) => {
            if (label === stage && done === stopAt) abort.abort();
          },
          finish: () => undefined,
        }),
        note: () => undefined,
      };
      const code = await runSearch(options({ folder: interrupted, progress, signal: abort.signal })).then(
        () => 'finished',
        (error: unknown) => (error instanceof LitesnnError ? error.exitCode : String(error)),
      );
      expect(code, `${stage} ${stopAt}`).to.equal(130);
      expect(existsSync(join(interrupted, 'network.json'))).to.equal(false);
    }
    await runSearch(options({ folder: interrupted }));
    expect(filesOf(interrupted)).to.deep.equal(filesOf(whole));
  });

  it('finds a network of fewer Bit-SynOps where they weigh more', async () => {
    const lastOf = (history: readonly HistoryEntry[]): number =>
      Number(history.filter((entry) => entry.stage === 'search').at(-1)!.bitSynOps);
    const cheap = await runSearch(
      options({ folder: join(folder, 'cheap'), lambdas: { modelSize: 0.1, bitSynOps: 100 } }),
    );
    const free = await runSearch(
      options({ folder: join(folder, 'free'), lambdas: { modelSize: 0.1, bitSynOps: 0 } }),
    );
    expect(lastOf(cheap.history)).to.be.lessThan(0.7 * lastOf(free.history));
  });

  it('obeys ablations', async () => {
    const schedule = { ...options().schedule, epochs: 1, retrainEpochs: 1 };
    const ablate = { bits: 2, keep: 1, timesteps: 2, architecture: 'random' } as const;
    const { genotype } = await runSearch(options({ schedule, ablate }));
    expect(genotype.cells.map(({ bits, keep }) => [bits, keep])).to.deep.equal([
      [2, 1],
      [2, 1],
    ]);
    expect(genotype.timesteps).to.equal(2);
    // Another seed draws other pairs.
    const drawn = new Set<string>();
    for (const seed of [1, 2, 3, 4]) {
      const found = await runSearch(
        options({ schedule, ablate, seed, folder: join(folder, `seed-${seed}`) }),
      );
      drawn.add(JSON.stringify(found.genotype.nodes.map((n) => n.inputs.map((i) => i.from + i.operation))));
    }
    expect(drawn.size).to.be.greaterThan(1);
  });
});
