import { expect } from 'chai';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { selectOptions, type Option } from '../../src/codegen/plan/select.js';
import { Random } from '../../src/core/random.js';
import { chainModel } from '../support/chain-model.js';
import { randomModel } from '../support/random-model.js';

function sums(parts: readonly (readonly Option[])[], picks: readonly number[]): Option {
  const total = { flashBytes: 0, ramBytes: 0, cost: 0 };
  picks.forEach((picked, i) => {
    total.flashBytes += parts[i][picked].flashBytes;
    total.ramBytes += parts[i][picked].ramBytes;
    total.cost += parts[i][picked].cost;
  });
  return total;
}

/** The least cost of all combinations within the limits. */
function exhaustive(parts: readonly (readonly Option[])[], flashBytes: number, ramBytes: number): number {
  let best = Infinity;
  const walk = (part: number, flash: number, ram: number, cost: number): void => {
    if (flash > flashBytes || ram > ramBytes) return;
    if (part === parts.length) best = Math.min(best, cost);
    else
      for (const option of parts[part])
        walk(part + 1, flash + option.flashBytes, ram + option.ramBytes, cost + option.cost);
  };
  walk(0, 0, 0, 0);
  return best;
}

describe('choosing an option of each part', () => {
  it('costs at most 2 % more than the best of all combinations, and is within the limits whenever one is', () => {
    const random = Random.fromSeed(61);
    for (let round = 0; round < 60; round++) {
      const parts = Array.from({ length: random.integer(1, 6) }, () =>
        Array.from({ length: random.integer(1, 5) }, () => ({
          flashBytes: random.integer(0, 9000),
          ramBytes: random.integer(0, 9000),
          cost: random.integer(1000, 100_000),
        })),
      );
      const limits = { flashBytes: 5000 * parts.length, ramBytes: 5000 * parts.length };
      const found = sums(parts, selectOptions(parts, limits));
      const best = exhaustive(parts, limits.flashBytes, limits.ramBytes);
      if (best === Infinity) continue;
      expect(found.flashBytes).at.most(limits.flashBytes);
      expect(found.ramBytes).at.most(limits.ramBytes);
      expect(found.cost).at.most(1.02 * best);
    }
  });

  it('passes the limits by as few bytes as it can where nothing is within them', () => {
    const option = (flashBytes: number, ramBytes: number): Option => ({ flashBytes, ramBytes, cost: 1 });
    const parts = [[option(100, 0), option(40, 90)], [option(100, 0)]];
    expect(selectOptions(parts, { flashBytes: 50, ramBytes: 1000 })).deep.equal([1, 0]);
    expect(selectOptions(parts, { flashBytes: 50, ramBytes: 0 })).deep.equal([0, 0]);
  });
});

describe('storage of weights', () => {
  const input = { height: 8, width: 8, channels: 32 };
  const model = chainModel(Random.fromSeed(62), {
    input,
    timesteps: 2,
    channels: [32, 32, 32],
    bits: 2,
    keep: 0.2,
  });
  const dense = planNetwork(model);

  it('is as kernels read it where that fits', () => {
    const limits = { flashBytes: dense.flashBytes, ramBytes: dense.arenaBytes };
    expect(planNetwork(model, undefined, { limits })).deep.equal(dense);
    expect(dense.unpacked).equal(undefined);
  });

  it('is packed where it has to be, no more than that, within both limits, with the same instructions', () => {
    let last = 0;
    for (const share of [0.9, 0.7, 0.5, 0.3]) {
      const limits = {
        flashBytes: Math.round(share * dense.flashBytes),
        ramBytes: dense.arenaBytes + 40_000,
      };
      const plan = planNetwork(model, undefined, { limits });
      const { ramBytes, codeBytes } = plan.unpacked!;
      expect(plan.flashBytes + codeBytes).at.most(limits.flashBytes);
      expect(plan.arenaBytes + ramBytes).at.most(limits.ramBytes);
      expect(plan.instructions).equal(dense.instructions);
      expect(ramBytes).at.least(last);
      last = ramBytes;
    }
    expect(last).greaterThan(
      planNetwork(model, undefined, { limits: { flashBytes: 0.9 * dense.flashBytes, ramBytes: 1e6 } })
        .unpacked!.ramBytes,
    );
  });

  it('stays in flash where RAM has no room for it', () => {
    const limits = { flashBytes: 0.5 * dense.flashBytes, ramBytes: dense.arenaBytes };
    expect(planNetwork(model, undefined, { limits }).unpacked).equal(undefined);
  });

  it('is as small as it gets where that is asked for, and never packed where that is forbidden', () => {
    const packed = planNetwork(model, undefined, { storage: 'packed' });
    expect(packed.layers.slice(1).map(({ edges }) => edges[0].storage?.format)).deep.equal([
      'entropy',
      'entropy',
      'entropy',
    ]);
    expect(packed.flashBytes).lessThan(0.25 * dense.flashBytes);
    const limits = { flashBytes: 1000, ramBytes: 1e6 };
    expect(planNetwork(model, undefined, { storage: 'dense', limits })).deep.equal(dense);
  });

  it('adds up to the plan of random networks', () => {
    const random = Random.fromSeed(63);
    for (let i = 0; i < 20; i++) {
      const { layers, head, flashBytes, unpacked } = planNetwork(
        randomModel(random, { synapses: 5000 }),
        undefined,
        { storage: 'packed' },
      );
      const parts = [...layers, head];
      expect(parts.reduce((sum, { flash }) => sum + flash.weights + flash.tables, 0)).equal(flashBytes);
      for (const { edges, flash } of layers)
        expect(edges.reduce((sum, edge) => sum + (edge.storage?.flashBytes ?? edge.weightBytes), 0)).equal(
          flash.weights,
        );
      const stored = [...layers.flatMap(({ edges }) => edges), head].filter(
        ({ storage }) => storage !== undefined,
      );
      expect(unpacked === undefined).equal(stored.length === 0);
    }
  });
});
