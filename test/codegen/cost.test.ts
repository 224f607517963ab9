import { expect } from 'chai';
import fc from 'fast-check';
import { expectedBursts } from '../../src/codegen/plan/bursts.js';
import { costTable, instructionsOf } from '../../src/codegen/plan/cost.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { windowCounts } from '../../src/codegen/plan/windows.js';
import { headWork, layerWork } from '../../src/codegen/plan/work.js';
import { convolvedSize, type Shape } from '../../src/core/geometry.js';
import { Random } from '../../src/core/random.js';
import type { ConvEdge } from '../../src/model/types.js';
import type { Core } from '../../src/targets/target.js';
import { randomModel } from '../support/random-model.js';

const CORES: readonly Core[] = ['cortex-m0plus', 'cortex-m3', 'cortex-m4', 'cortex-m7', 'cortex-m33'];

/** As a loop would count them. */
function countedTaps(edge: ConvEdge, source: Shape, out: Shape): number {
  let taps = 0;
  for (let y = 0; y < out.height; y++)
    for (let x = 0; x < out.width; x++)
      for (let ky = 0; ky < edge.kernel.height; ky++)
        for (let kx = 0; kx < edge.kernel.width; kx++) {
          const row = y * edge.stride.height + ky - edge.padding.top;
          const column = x * edge.stride.width + kx - edge.padding.left;
          if (row >= 0 && row < source.height && column >= 0 && column < source.width) taps++;
        }
  return taps;
}

describe('work of a layer', () => {
  it('counts what windows meet, as a loop over them does', () => {
    const random = Random.fromSeed(41);
    let checked = 0;
    while (checked < 100) {
      const model = randomModel(random, { synapses: 20_000, layers: 1 });
      for (const edge of model.layers[0].edges) {
        if (edge.kind === 'identity') continue;
        const out = { ...convolvedSize(model.input, edge), channels: 1 };
        const counts = windowCounts(edge, model.input, out);
        expect(counts.taps).equal(countedTaps(edge, model.input, out));
        expect(counts.pixels).equal(out.height * out.width);
        checked++;
      }
    }
  });

  it('expects bursts as often as they come', () => {
    const random = Random.fromSeed(42);
    for (const [positions, rate, length] of [
      [288, 0.1, 15],
      [288, 0.05, 7],
      [64, 0.3, 255],
      [144, 0.02, 17],
    ]) {
      let bursts = 0;
      const trials = 4000;
      for (let i = 0; i < trials; i++) {
        let spikes = 0;
        for (let k = 0; k < positions; k++) spikes += Number(random.uniform() < rate);
        bursts += Math.ceil(spikes / length);
      }
      expect(expectedBursts(positions, rate, length)).closeTo(bursts / trials, (0.03 * bursts) / trials);
    }
  });

  it('expects no bursts where nothing fires, and all where everything does', () => {
    expect(expectedBursts(100, 0, 7)).equal(0);
    expect(expectedBursts(100, 1, 7)).equal(Math.ceil(100 / 7));
  });

  it('is finite and not negative for any network and rates, and so is its cost on every core', () => {
    const seeds = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, rate) => {
        const model = randomModel(Random.fromSeed(seed));
        const plan = planNetwork(model);
        const rates = { layers: model.layers.map(() => rate), input: rate };
        const works = [
          ...plan.layers.map((layer, i) => layerWork(model, i, layer, rates)),
          headWork(model, rates),
        ];
        for (const work of works) {
          for (const [part, count] of Object.entries(work)) {
            expect(Number.isFinite(count) && count >= 0, `${part} ${count}`).equal(true);
          }
          for (const core of CORES) expect(instructionsOf(work, costTable(core))).at.least(0);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('fitted costs', () => {
  it('know every kernel that the planner picks, on every core', () => {
    const random = Random.fromSeed(43);
    for (let i = 0; i < 60; i++) {
      const model = randomModel(random);
      for (const kernels of ['fast', 'reference'] as const) {
        for (const { edges } of planNetwork(model, undefined, { kernels }).layers) {
          for (const core of CORES) {
            const known = Object.keys(costTable(core).instructions);
            for (const { kernel } of edges) {
              expect(
                known.some((part) => part.startsWith(`${kernel}.`)),
                `${kernel} on ${core}`,
              ).equal(true);
            }
          }
        }
      }
    }
  });
});
