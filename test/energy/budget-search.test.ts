import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { silentProgress, type Progress } from '../../src/core/progress.js';
import { boardCosts } from '../../src/energy/board-costs.js';
import type { BoardFigures, Limits, Resource } from '../../src/search/budget/limits.js';
import { readTrainedNetwork } from '../../src/search/network-file.js';
import { PRESETS } from '../../src/search/presets.js';
import { NEAREST_FOLDER, runSearch, type SearchOptions, type SearchResult } from '../../src/search/search.js';
import { readSupernet } from '../../src/search/transfer.js';
import { loadTarget } from '../../src/targets/load.js';
import type { TrainingEngine } from '../../src/training/engine.js';
import { createEngine } from '../../src/training/engines.js';
import { stripes } from '../search/stripes.js';
import { ABOUT } from '../support/fold-description.js';

const DATA = stripes(60);
const COSTS = boardCosts(loadTarget('mps2-an386'), ABOUT);

describe('search within budgets', function () {
  let engine: TrainingEngine;
  let folder: string;
  let free: SearchResult;
  let freeFigures: BoardFigures;

  function options(name: string, more: Partial<SearchOptions> = {}): SearchOptions {
    return {
      data: DATA,
      engine,
      space: 'micro',
      spaceOptions: { levels: [0, 1], width: 12, timesteps: 3, bits: [1, 2, 4], keep: [0.2, 0.5, 1] },
      seed: 3,
      schedule: {
        ...PRESETS.quick.schedule,
        epochs: 3,
        retrainEpochs: 4,
        batch: 16,
        samplesPerEpoch: 480,
        retrainSamplesPerEpoch: 720,
        warmupEpochs: 1,
      },
      lambdas: { modelSize: 0.1, bitSynOps: 0.1 },
      folder: join(folder, name),
      progress: silentProgress,
      ...more,
    };
  }

  function within(limits: Limits, accuracy?: number): NonNullable<SearchOptions['budgets']> {
    return { costs: COSTS, limits, accuracy, guiding: true };
  }

  function figuresOf({ network, rates }: SearchResult): BoardFigures {
    const { timesteps, populations } = network.graph;
    const means = populations.map((_, p) => {
      const own = rates.subarray(p * timesteps, (p + 1) * timesteps);
      return own.reduce((sum, rate) => sum + rate, 0) / timesteps;
    });
    return COSTS.check(network, means);
  }

  async function refusal(search: Promise<unknown>): Promise<LitesnnError> {
    try {
      await search;
    } catch (error) {
      if (error instanceof LitesnnError) return error;
      throw error;
    }
    throw new Error('the search found a network');
  }

  before(async () => {
    engine = await createEngine('auto', { threads: 1 });
    folder = mkdtempSync(join(tmpdir(), 'litesnn-budget-'));
    free = await runSearch(options('free'));
    freeFigures = figuresOf(free);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Code and state do not shrink with a network: what halves is the rest. */
  function halved(resource: Resource): Limits {
    const fixed = COSTS.tablesOf(free.network.graph).fixed;
    const rest = resource === 'flashBytes' ? fixed.flashBytes : resource === 'ramBytes' ? fixed.ramBytes : 0;
    return { [resource]: rest + (freeFigures[resource] - rest) / 2 };
  }

  for (const resource of ['flashBytes', 'ramBytes', 'latencySeconds', 'energyJoules'] as const) {
    it(`half of ${resource}: the network found has it, by the exact plan of its integer model`, async () => {
      const limits = halved(resource);
      const result = await runSearch(options(resource, { budgets: within(limits) }));
      expect(figuresOf(result)[resource]).to.be.at.most(limits[resource]!);
      expect(result.accuracy).to.be.greaterThan(0.4);
      expect(readTrainedNetwork(join(folder, resource)).genotype).to.deep.equal(result.genotype);
    });
  }

  it('keeps multipliers and costs against budgets in the history', async () => {
    const limits = halved('latencySeconds');
    const { history } = await runSearch(options('history', { budgets: within(limits) }));
    const searched = history.filter(({ stage }) => stage === 'search');
    const [first, last] = [searched[0], searched[searched.length - 1]];
    expect(first.latencyOfBudget).to.be.greaterThan(1);
    expect(last.latencyOfBudget).to.be.lessThan(Number(first.latencyOfBudget));
    expect(last.latencyMultiplier).to.be.greaterThan(0);
  });

  it('refuses before it searches what no network of the space obeys: exit 3 and what limits it', async () => {
    const error = await refusal(
      runSearch(options('nothing', { budgets: within({ latencySeconds: 1e-6, flashBytes: 1e6 }) })),
    );
    expect([error.code, error.exitCode]).to.deep.equal(['BUDGET_INFEASIBLE', 3]);
    expect(error.message).to.match(/^the nearest network \(.*\) takes \S+ ms, the budget is 0\.00100 ms$/);
    expect(existsSync(join(folder, 'nothing'))).to.equal(false);
  });

  it('accuracy that is not reached: exit 3, the nearest network is kept', async () => {
    const schedule = { ...options('').schedule, epochs: 1, retrainEpochs: 1, retrainSamplesPerEpoch: 16 };
    const error = await refusal(runSearch(options('exact', { schedule, budgets: within({}, 1) })));
    expect([error.code, error.exitCode]).to.deep.equal(['BUDGET_INFEASIBLE', 3]);
    expect(error.message).to.match(/has \S+ % accuracy, the least is 100\.0 %/);
    const nearest = readTrainedNetwork(join(folder, 'exact', NEAREST_FOLDER));
    expect(nearest.graph.head.classes).to.equal(4);
    expect(existsSync(join(folder, 'exact', 'network.json'))).to.equal(false);
  });

  it('interrupted and continued, it writes the files of an uninterrupted run', async () => {
    const budgets = within(halved('latencySeconds'), 0.3);
    const run = (name: string, more: Partial<SearchOptions> = {}): Promise<SearchResult> =>
      runSearch(options(name, { budgets, ...more }));
    await run('whole');
    for (const [stage, stopAt] of [
      ['search', 7],
      ['search', 19],
      ['retrain', 9],
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
      const { exitCode } = await refusal(run('interrupted', { progress, signal: abort.signal }));
      expect(exitCode).to.equal(130);
    }
    await run('interrupted');
    for (const name of ['genotype.json', 'history.jsonl', 'network.json', 'network.bin', 'supernet.bin']) {
      const [whole, interrupted] = ['whole', 'interrupted'].map((run) =>
        readFileSync(join(folder, run, name), 'latin1'),
      );
      expect(interrupted === whole, name).to.equal(true);
    }
  });

  it('shows firing and costs against budgets while it works', async () => {
    const lines: string[] = [];
    const progress: Progress = {
      start: () => ({
        update: (_done, detail) => {
          if (detail !== undefined) lines.push(detail);
        },
        finish: () => undefined,
      }),
      note: () => undefined,
    };
    const schedule = { ...options('').schedule, epochs: 1, retrainEpochs: 1 };
    const limits = { latencySeconds: freeFigures.latencySeconds };
    await runSearch(options('shown', { schedule, progress, budgets: within(limits) }));
    expect(lines.some((line) => /loss .*firing \S+ %.*latency \d+ % of budget \(x\S+\)/.test(line))).to.equal(
      true,
    );
  });

  it('starts from an earlier search: its choices, and its weights where shapes agree', async () => {
    const earlier = readSupernet(join(folder, 'free'));
    const schedule = { ...options('').schedule, epochs: 1, retrainEpochs: 1, warmupEpochs: 0 };
    const lossOf = ({ history }: SearchResult): number => Number(history[0].crossEntropy);
    const fresh = lossOf(await runSearch(options('fresh', { schedule })));
    const same = lossOf(await runSearch(options('warm', { schedule, warmStart: earlier })));
    expect(same).to.be.lessThan(0.8 * fresh);
    // Another number of cells and timesteps: what both have is taken over.
    const spaceOptions = { levels: [0, 1, 1], width: 12, timesteps: 2, bits: [1, 2, 4], keep: [0.5, 1] };
    const other = await runSearch(options('other', { schedule, spaceOptions, warmStart: earlier }));
    const otherFresh = await runSearch(options('other-fresh', { schedule, spaceOptions }));
    expect(lossOf(other)).to.be.lessThan(lossOf(otherFresh));
  });
});
