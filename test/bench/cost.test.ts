import { expect } from 'chai';
import { fitCosts } from '../../bench/cost/fit.js';
import { nonNegativeLeastSquares } from '../../src/energy/calibration/nnls.js';
import { Random } from '../../src/core/random.js';

describe('fitting costs', () => {
  it('finds the costs that made the figures, however differently they are sized', () => {
    const random = Random.fromSeed(51);
    const costs = [3, 0, 250, 0.02];
    const sizes = [1000, 10, 1, 1e6];
    const rows = Array.from({ length: 40 }, () =>
      Float64Array.from(sizes, (size) => size * random.uniform()),
    );
    const targets = Float64Array.from(rows, (row) =>
      row.reduce((sum, value, j) => sum + value * costs[j], 0),
    );
    const found = nonNegativeLeastSquares(rows, targets);
    costs.forEach((cost, j) => expect(found[j]).closeTo(cost, 1e-4 * cost + 1e-4 / sizes[j]));
  });

  it('leaves a cost at zero that would be negative', () => {
    const rows = [Float64Array.of(1, 0), Float64Array.of(1, 1), Float64Array.of(1, 2)];
    const [constant, slope] = nonNegativeLeastSquares(rows, Float64Array.of(4, 3, 2));
    expect(slope).equal(0);
    expect(constant).closeTo(3, 1e-9);
  });

  it('says how far its predictions are off', () => {
    const fit = fitCosts([
      { work: { 'a.event': 100 }, instructions: 500 },
      { work: { 'a.event': 200 }, instructions: 1000 },
    ]);
    expect(fit.instructions).deep.equal({ 'a.event': 5 });
    expect(fit.worstErrorPct).closeTo(0, 1e-3);
  });
});
