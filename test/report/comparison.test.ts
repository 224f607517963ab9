import { expect } from 'chai';
import { collectComparison } from '../../src/report/compare/collect.js';
import { comparisonSchema, type Comparison, type VariantScore } from '../../src/report/compare/comparison.js';
import { comparisonCells, comparisonFindings } from '../../src/report/compare/rows.js';
import { compareWordsOf } from '../../src/report/compare/words.js';
import { renderReport } from '../../src/report/render.js';
import { VARIANT_NAMES, type VariantName } from '../../src/search/compare/variants.js';
import { cmsisNnInstructions } from '../../src/energy/cmsis-nn.js';
import { sampleSummary } from '../support/sample-summary.js';

function score(variant: VariantName, seed: number, accuracy: number, instructions: number): VariantScore {
  return {
    variant,
    seed,
    accuracy,
    instructions,
    timesteps: 2,
    firingRate: 0.1,
    storedBits: 8192,
    storedBytes: 2048,
    bitSynOps: variant.startsWith('int8') ? 0 : 1e6,
    multiplyAccumulates: 5e5,
    seconds: 10,
  };
}

function comparisonOf(scores: readonly VariantScore[]): Comparison {
  return comparisonSchema.parse(
    collectComparison(
      {
        tool: 'litesnn 0.0.0',
        command: 'litesnn compare --run <r>',
        created: '2026-01-01T00:00:00.000Z',
        dataset: { name: 'digits', hash: 'abc', testSamples: 300 },
        preset: 'quick',
        effort: 0.5,
        engine: 'spike',
        target: { name: 'board', core: 'cortex-m4' },
        seeds: [1, 2, 3],
        chance: 0.1,
        artificialBasis: 'estimated',
      },
      scores,
    ),
  );
}

const SCORES = [
  ...[0.9, 0.92, 0.94].map((accuracy, i) => score('joint', i + 1, accuracy, 2e6)),
  ...[0.85, 0.88, 0.88].map((accuracy, i) => score('sequential', i + 1, accuracy, 4e6)),
  ...[0.95, 0.9, 0.92].map((accuracy, i) => score('int8', i + 1, accuracy, 1e6)),
  ...[0.97, 0.98, 0.98].map((accuracy, i) => score('int8-equal-size', i + 1, accuracy, 8e6)),
];

describe('report: comparison', () => {
  const comparison = comparisonOf(SCORES);

  it('has mean, deviation and number of seeds, and differences seed by seed', () => {
    const [joint] = comparison.rows;
    expect(joint.accuracy.mean).to.be.closeTo(0.92, 1e-12);
    expect(joint.accuracy.deviation).to.be.closeTo(0.02, 1e-12);
    expect(joint.accuracy.n).to.equal(3);
    const [sequential] = comparison.contrasts;
    expect(sequential.accuracyGain.mean).to.be.closeTo(0.05, 1e-12);
    expect(sequential.accuracyGain.deviation).to.be.closeTo(0.01, 1e-12);
    expect(sequential.instructionsRatio).to.equal(0.5);
    expect(comparisonCells(joint, compareWordsOf.en)).to.include.members(['92.0 ± 2.0', '3', '1.0', '2.00']);
  });

  it('says who is better, whether that is more than the spread, and where the artificial network is cheaper', () => {
    const [sequential, int8, equal] = comparisonFindings(comparison, compareWordsOf.en);
    expect(sequential).to.equal(
      'Joint search against sequential choices: 5.0 points better (± 1.0, n = 3), 50 % of the instructions.',
    );
    expect(int8).to.match(
      /within the spread .* 2\.00 times the instructions: the artificial network is cheaper here/,
    );
    expect(equal).to.match(/int8 network, same size: 5\.7 points worse .* 25 % of/);
    const [alone] = comparisonFindings(comparisonOf([SCORES[0], SCORES[3]]), compareWordsOf.en);
    expect(alone).to.match(/5\.0 points \(one seed, no spread is known\)/);
  });

  it('is a section of the report in both languages, only where there is one', () => {
    const without = renderReport(sampleSummary(), 'en');
    const page = renderReport(sampleSummary(), 'en', comparison);
    for (const { title, variants } of Object.values(compareWordsOf)) {
      expect(page).to.include(`<h2>${title}</h2>`).and.include(variants.sequential);
      expect(without).to.not.include(`<h2>${title}</h2>`);
    }
    expect(page.match(/<svg /g)!.length).to.equal(without.match(/<svg /g)!.length + 2);
    expect(page).to.include('--run &lt;r&gt;');
    expect(page).to.not.match(/<script|NaN|undefined/);
  });

  it('has every word and every variant in Japanese too', () => {
    const { en, ja } = compareWordsOf;
    for (const name of VARIANT_NAMES) expect(ja.variants[name]).to.not.equal(en.variants[name]);
    const same = Object.entries(en).filter(([key, word]) => word === ja[key as keyof typeof ja]);
    expect(same).to.deep.equal([]);
  });

  it('estimates artificial networks with the figure of the core', () => {
    expect(cmsisNnInstructions('cortex-m4', 1000)).to.equal(1925);
    expect(cmsisNnInstructions('cortex-m3', 1000)).to.equal(2870);
    expect(cmsisNnInstructions('cortex-m55', 1000)).to.equal(253);
  });
});
