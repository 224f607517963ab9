import { expect } from 'chai';
import type { Genotype } from '../../src/search/genotype.js';
import type { BoardFigures } from '../../src/search/budget/limits.js';
import { reductionsOf, repair, smallest, type Preferences } from '../../src/search/budget/repair.js';
import { simplest } from '../../src/search/budget/fit.js';
import { buildSupernet } from '../../src/search/space.js';

const supernet = buildSupernet('micro', { height: 16, width: 16, channels: 1 }, 4, {
  cells: 2,
  width: 16,
  timesteps: 3,
  bits: [1, 2, 4],
  keep: [0.2, 0.5, 1],
});
const { plan } = supernet;

const largest: Genotype = {
  ...simplest(supernet),
  cells: simplest(supernet).cells.map((cell) => ({ ...cell, bits: 4, keep: 1 })),
};

const NO_PREFERENCE: Preferences = {
  mix: { gates: new Float32Array(0), bits: [], keep: [] },
  probability: [1 / 3, 1 / 3, 1 / 3],
};

/** A board on which flash is bits, RAM width, latency timesteps times kept weights. */
function figuresOf({ cells, stem, timesteps }: Genotype): BoardFigures {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    flashBytes: sum(cells.map(({ bits, keep, width }) => bits * keep * width * width)),
    ramBytes: stem.width,
    latencySeconds: timesteps * sum(cells.map(({ keep, width }) => keep * width)),
    energyJoules: timesteps,
  };
}

describe('search: repair of a network that does not fit', () => {
  it('leaves a network alone that fits', () => {
    const { genotype, steps } = repair(largest, plan, { flashBytes: 1e9 }, NO_PREFERENCE, figuresOf);
    expect(genotype).to.equal(largest);
    expect(steps).to.equal(0);
  });

  for (const resource of ['flashBytes', 'ramBytes', 'latencySeconds', 'energyJoules'] as const) {
    it(`halves ${resource} within the space`, () => {
      const limit = figuresOf(largest)[resource] / 2;
      const { genotype, figures, steps } = repair(
        largest,
        plan,
        { [resource]: limit },
        NO_PREFERENCE,
        figuresOf,
      );
      expect(figures[resource]).to.be.at.most(limit);
      expect(figures).to.deep.equal(figuresOf(genotype));
      expect(steps).to.be.greaterThan(0);
      for (const { bits, keep } of genotype.cells) {
        expect(plan.bits).to.include(bits);
        expect(plan.keep).to.include(keep);
      }
      expect(genotype.nodes).to.deep.equal(largest.nodes);
    });
  }

  it('takes the step that the search itself was nearest to', () => {
    const preferring = (cell: number): Preferences => ({
      ...NO_PREFERENCE,
      mix: {
        gates: new Float32Array(0),
        bits: [0, 1].map((i) => Float32Array.from(i === cell ? [0.3, 0.34, 0.36] : [1e-4, 1e-4, 1])),
        keep: [0, 1].map(() => Float32Array.from([1e-4, 1e-4, 1])),
      },
    });
    const same = { ...largest, cells: largest.cells.map((cell) => ({ ...cell, width: 16 })) };
    const limits = { flashBytes: figuresOf(same).flashBytes * 0.76 };
    for (const cell of [0, 1]) {
      const { genotype } = repair(same, plan, limits, preferring(cell), figuresOf);
      expect(genotype.cells.map(({ bits }) => bits)).to.deep.equal(cell === 0 ? [2, 4] : [4, 2]);
    }
  });

  it('gives the nearest network where nothing fits', () => {
    const { genotype, figures } = repair(largest, plan, { flashBytes: 1 }, NO_PREFERENCE, figuresOf);
    expect(figures.flashBytes).to.equal(figuresOf(smallest(largest, plan)).flashBytes);
    expect(genotype.cells.map(({ bits, keep }) => [bits, keep])).to.deep.equal([
      [1, 0.2],
      [1, 0.2],
    ]);
  });

  it('has no reduction left for the smallest network', () => {
    expect(reductionsOf(smallest(largest, plan), plan, NO_PREFERENCE)).to.deep.equal([]);
  });

  it('goes on over steps that bring nothing alone', () => {
    // Like bytes of eight channels: only every second step of width is seen.
    const coarse = (genotype: Genotype): BoardFigures => ({
      ...figuresOf(genotype),
      ramBytes: Math.ceil(genotype.stem.width / 8) * 8,
    });
    const { figures } = repair(largest, plan, { ramBytes: 8 }, NO_PREFERENCE, coarse);
    expect(figures.ramBytes).to.equal(8);
  });
});
