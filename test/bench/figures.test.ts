import { expect } from 'chai';
import { ablationHeadline, variantRow, type VariantScores } from '../../bench/ablation-table.js';
import type { Score } from '../../bench/ablation-score.js';
import { locateDataset } from '../../bench/datasets.js';
import { lineFigures, lineHeadline } from '../../bench/line-figures.js';
import { geometricMean, medianOf, spreadOf } from '../../bench/spread.js';
import { sampleSummary } from '../support/sample-summary.js';
import { withTemporaryFolder } from '../support/temporary-folder.js';

function score(accuracy: number, bits: number): Score {
  return { accuracy, timesteps: 2, hiddenFiringRate: 0.1, modelBits: bits, storedBytes: bits, bitSynOps: 10 };
}

const FULL: VariantScores = { variant: 'full', scores: [score(0.9, 100), score(0.94, 100)] };
const UNTRAINED: VariantScores = { variant: 'untrained', scores: [score(0.1, 100), score(0.14, 100)] };
const UNPRUNED: VariantScores = { variant: 'nothing pruned', scores: [score(0.93, 150), score(0.93, 250)] };
const ONE_BIT: VariantScores = { variant: '1 bit everywhere', scores: [score(0.8, 50), score(0.9, 50)] };

describe('figures of the benchmarks', () => {
  it('takes the headline of the line from the runs that took place', () => {
    const row = (dataset: string, target: string, deviceAccuracy: number, mismatches: number) => ({
      dataset,
      target,
      deviceAccuracy,
      mismatches,
      seconds: 60,
    });
    const rows = [row('fashion-mnist', 'mps2-an386', 0.88, 0), row('fsdd', 'mps2-an385', 0.95, 3)];
    expect(lineHeadline(rows)).to.deep.equal({
      fashionAccuracy: 0.88,
      fsddAccuracyM3: 0.95,
      mismatches: 3,
      fashionSeconds: 60,
    });
    expect(lineHeadline([])).to.deep.equal({});
  });

  it('flattens the summary of a run', () => {
    const summary = sampleSummary();
    const figures = lineFigures(summary, 'quick');
    expect(figures.deviceAccuracy).to.equal(summary.accuracy.onDevice.value);
    expect(figures.seconds).to.be.closeTo(
      Object.values(summary.stages).reduce((a, b) => a + b, 0),
      1e-9,
    );
    expect(Object.values(figures).every((value) => value !== undefined)).to.equal(true);
  });

  it('compares ablations with the full method and leaves the untrained network out', () => {
    const all = [FULL, UNTRAINED, UNPRUNED, ONE_BIT];
    const headline = ablationHeadline(all, 0.1);
    expect(headline.fullAccuracy).to.be.closeTo(0.92, 1e-12);
    expect(headline.untrainedAccuracy).to.be.closeTo(0.12, 1e-12);
    expect(headline.worstAblationLoss).to.be.closeTo(0.07, 1e-12);
    expect(headline.worstAblationBitsRatio).to.equal(2);
    expect(headline.chance).to.equal(0.1);
    const better = variantRow(UNPRUNED, FULL);
    expect(better.accuracyLoss).to.be.closeTo(-0.01, 1e-12);
    expect(better.modelBitsRatio).to.equal(2);
  });

  it('has a spread, a median and a geometric mean', () => {
    expect(spreadOf([1, 3])).to.deep.equal({ mean: 2, deviation: Math.SQRT2, n: 2 });
    expect(spreadOf([4])).to.deep.equal({ mean: 4, deviation: 0, n: 1 });
    expect([medianOf([9, 1, 5]), medianOf([4, 1, 2, 9])]).to.deep.equal([5, 3]);
    expect(geometricMean([1, 4])).to.be.closeTo(2, 1e-12);
  });

  it('tells where data that is missing was looked for', () => {
    withTemporaryFolder((folder) => {
      const answer = locateDataset('fsdd', folder);
      expect(answer).to.have.property('missing').that.contains(folder).and.contains('--data-root');
    });
  });
});
