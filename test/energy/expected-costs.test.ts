import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { boardCosts } from '../../src/energy/board-costs.js';
import type { BoardCosts } from '../../src/search/budget/board-costs.js';
import { Architecture } from '../../src/search/architecture.js';
import { constraintTerms, RESOURCE_NAMES } from '../../src/search/budget/constraints.js';
import { RESOURCES } from '../../src/search/budget/limits.js';
import { buildNetwork, decode } from '../../src/search/decode.js';
import { buildSupernet } from '../../src/search/space.js';
import { loadTarget } from '../../src/targets/load.js';
import { ABOUT } from '../support/fold-description.js';

const SHAPE = { height: 12, width: 10, channels: 1 };
const CLASSES = 4;
const LIMITS = { flashBytes: 40_000, ramBytes: 6000, latencySeconds: 0.05, energyJoules: 1e-3 };

const supernet = buildSupernet('micro', SHAPE, CLASSES, {
  cells: 2,
  width: 8,
  timesteps: 3,
  keep: [0.2, 0.5, 1],
});
const { graph } = supernet;
const costs = boardCosts(loadTarget('mps2-an386'), ABOUT);

interface State {
  readonly architecture: Architecture;
  readonly rates: Float32Array;
}

function middle(): State {
  const random = Random.fromSeed(5);
  const architecture = new Architecture(supernet, random);
  for (const values of architecture.parameters.values()) {
    for (let i = 0; i < values.length; i++) values[i] = 0.7 * random.gaussian();
  }
  const rates = Float32Array.from(
    { length: graph.populations.length * graph.timesteps },
    () => 0.11 + 0.05 * random.uniform(),
  );
  return { architecture, rates };
}

describe('expected costs on a board', function () {
  const terms = constraintTerms(graph, costs.tablesOf(graph), LIMITS);

  RESOURCES.forEach((resource, index) => {
    it(`of ${RESOURCE_NAMES[resource]} have the gradient of finite differences in every choice and rate`, () => {
      const state = middle();
      const { architecture, rates } = state;
      const evaluate = () =>
        terms[index].evaluate({
          mix: architecture.mix(),
          rates,
          probability: architecture.probability(false),
        });
      const result = evaluate();
      const gradients = architecture.gradients(
        architecture.mix(),
        result.mixGradient,
        architecture.probability(false),
        Float32Array.from(result.probabilityGradient),
        false,
      );
      const check = (name: string, values: Float32Array, gradient: ArrayLike<number>): void => {
        const largest = Math.max(...Array.from(gradient, Math.abs));
        for (let i = 0; i < values.length; i++) {
          const kept = values[i];
          const step = name === 'rates' ? 1e-3 : 2e-3;
          values[i] = kept + step;
          const [above, high] = [evaluate().value, values[i]];
          values[i] = kept - step;
          const [below, low] = [evaluate().value, values[i]];
          values[i] = kept;
          const slope = (above - below) / (high - low);
          expect(gradient[i]).to.be.closeTo(slope, 0.02 * largest + 1e-5, `${name} ${i}`);
        }
      };
      for (const [name, values] of architecture.parameters) check(name, values, gradients.get(name)!);
      check('rates', rates, result.ratesGradient);
      const spent = resource === 'latencySeconds' || resource === 'energyJoules';
      expect(Math.max(...result.ratesGradient) > 0, 'depends on firing').to.equal(spent);
    });
  });

  for (const storage of ['dense', 'packed'] as const) {
    it(`of a network without choices are near what the planner says of it as a whole, weights ${storage}`, () => {
      const limits = { flashBytes: 1e6, ramBytes: 1e6 };
      checkWhole(boardCosts(loadTarget('mps2-an386'), ABOUT, { limits, storage }));
    });
  }

  it('expect packed weights where there is more RAM for them than flash', () => {
    const unpacked = (flashBytes: number, ramBytes: number): boolean => {
      const space = { limits: { flashBytes, ramBytes }, storage: 'auto' } as const;
      const { populations } = boardCosts(loadTarget('mps2-an386'), ABOUT, space).tablesOf(graph);
      return populations.some(({ edges }) => edges.flat(2).some((choice) => choice.ramBytes > 0));
    };
    expect(unpacked(40_000, 40_000)).equal(true);
    expect(unpacked(100_000, 40_000)).equal(false);
  });

  function checkWhole(costs: BoardCosts): void {
    const { architecture } = middle();
    const network = buildNetwork(decode(supernet, architecture), SHAPE, CLASSES);
    const rate = 0.1;
    const state = {
      mix: { gates: new Float32Array(0), bits: [], keep: [] },
      rates: new Float32Array(network.populations.length * network.timesteps).fill(rate),
      probability: Float32Array.from({ length: network.timesteps }, (_, t) =>
        t === network.timesteps - 1 ? 1 : 0,
      ),
    };
    const planned = costs.predict(
      network,
      network.populations.map(() => rate),
    );
    const expected = constraintTerms(network, costs.tablesOf(network), LIMITS).map((term) =>
      term.evaluate(state),
    );
    RESOURCES.forEach((resource, i) => {
      const ratio = (expected[i].value * LIMITS[resource]) / planned[resource];
      expect(ratio, resource).to.be.within(0.85, 1.15);
    });
  }
});
