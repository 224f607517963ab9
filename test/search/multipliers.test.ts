import { expect } from 'chai';
import { Multipliers, penaltyOf } from '../../src/search/budget/multipliers.js';

describe('search: dual ascent', () => {
  it('raises a multiplier while its cost is above budget, lowers it below, never under 0', () => {
    const multipliers = new Multipliers(2, 100);
    multipliers.update([1.5, 0.5]);
    const [first] = multipliers.values;
    expect(first).to.be.greaterThan(0);
    expect(multipliers.values[1]).to.equal(0);
    multipliers.update([1.5, 0.5]);
    const [second] = multipliers.values;
    expect(second).to.be.greaterThan(first);
    multipliers.update([0.9, 1]);
    expect(multipliers.values[0]).to.be.lessThan(second);
    for (let i = 0; i < 100; i++) multipliers.update([0, 1]);
    expect([...multipliers.values]).to.deep.equal([0, 0]);
  });

  it('rises in proportion to the violation, and is bounded', () => {
    const multipliers = new Multipliers(2, 1000);
    multipliers.update([1.1, 1.2]);
    expect(multipliers.values[1] / multipliers.values[0]).to.be.closeTo(2, 1e-9);
    for (let i = 0; i < 10_000; i++) multipliers.update([1e9, 1]);
    expect(multipliers.values[0]).to.equal(100);
  });

  it('has a penalty that is 0 at the budget, with the slope of its value on both sides', () => {
    expect(penaltyOf(1).value).to.equal(0);
    for (const fraction of [0.2, 0.9, 1.3, 5]) {
      const step = 1e-6;
      const slope = (penaltyOf(fraction + step).value - penaltyOf(fraction - step).value) / (2 * step);
      expect(penaltyOf(fraction).slope).to.be.closeTo(slope, 1e-6);
    }
  });
});
