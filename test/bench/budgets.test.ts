import { expect } from 'chai';
import { budgetHeadline, deviceFigures, shareOf } from '../../bench/budgets-figures.js';
import { sampleSummary } from '../support/sample-summary.js';

describe('figures of budgets', () => {
  it('ask for a part of what the board has', () => {
    const free = deviceFigures(sampleSummary());
    expect(shareOf(free, 'ramBytes', 0.5)).deep.equal({ ramBytes: Math.floor(free.ramBytes / 2) });
    expect(shareOf(free, 'latencySeconds', 0.25)).deep.equal({ latencySeconds: free.latencySeconds / 4 });
  });

  it('tell a network that passes its budget from a search that said that there is none', () => {
    const limit = 100;
    expect(
      budgetHeadline([
        { asked: 'flashBytes', limit, has: 100 },
        { asked: 'ramBytes', limit, has: 101 },
        { asked: 'latencySeconds', limit },
      ]),
    ).deep.equal({ asked: 3, obeyed: 1, infeasible: 1, violations: 1 });
  });
});
