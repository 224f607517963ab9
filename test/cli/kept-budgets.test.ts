import { expect } from 'chai';
import { brokenBudgets, checkMeasuredBudgets } from '../../src/cli/answers/kept-budgets.js';
import { LitesnnError } from '../../src/core/errors.js';
import type { Summary } from '../../src/report/summary.js';
import { sampleSummary } from '../support/sample-summary.js';

describe('budgets of a measured run', () => {
  const summary = sampleSummary();
  const measured = {
    flashBytes: summary.device.flashBytes,
    ramBytes: summary.device.ramBytes,
    latencySeconds: summary.device.latency.seconds.median,
    energyJoules: summary.energy.board.joules,
  };

  function under(constraints: Summary['constraints']): readonly string[] {
    return brokenBudgets({ ...summary, constraints }).map(({ name }) => name);
  }

  it('hold where figures are just what was allowed', () => {
    const { value } = summary.accuracy.integerValidation;
    expect(under({ ...measured, accuracy: value })).to.deep.equal([]);
    expect(under({})).to.deep.equal([]);
  });

  it('are each told where they do not, with exit code 9', () => {
    const less = Object.fromEntries(Object.entries(measured).map(([name, value]) => [name, 0.99 * value]));
    const constraints = { ...less, accuracy: 1 };
    expect(under(constraints)).to.deep.equal(['flash', 'RAM', 'latency', 'energy', 'accuracy']);
    const check = (): void => {
      checkMeasuredBudgets({ ...summary, constraints }, 'page.html');
    };
    expect(check)
      .to.throw(LitesnnError, /latency is .*, the budget is .*; energy is /)
      .with.property('exitCode', 9);
  });
});
