import { expect } from 'chai';
import { packedBytesOf, realHeadline, realRow, realRun, type RealRun } from '../../bench/realdata-figures.js';
import { locateRealDataset, REAL_DATASETS } from '../../bench/realdata-sets.js';
import { Random } from '../../src/core/random.js';
import { randomModel } from '../support/random-model.js';
import { sampleSummary } from '../support/sample-summary.js';
import { withTemporaryFolder } from '../support/temporary-folder.js';

function runs(...accuracies: readonly number[]): RealRun[] {
  const model = randomModel(Random.fromSeed(5), { synapses: 2000 });
  const run = realRun(sampleSummary(), model, 12);
  return accuracies.map((integerAccuracy, seed) => ({
    ...run,
    seed,
    integerAccuracy,
    floatAccuracy: integerAccuracy + 0.01,
  }));
}

describe('figures of real data', () => {
  it('are means over seeds, and of the largest where a board has to hold them', () => {
    const [first, second] = runs(0.8, 0.9);
    const row = realRow('kws', 'keyword', [first, { ...second, packedBytes: first.packedBytes + 7 }]);
    expect(row.accuracy).closeTo(0.85, 1e-9);
    expect(row.floatIntegerGap).closeTo(0.01, 1e-9);
    expect(row.packedBytes).equal(first.packedBytes + 7);
    const headline = realHeadline([row]);
    expect(headline.kwsAccuracy).equal(row.accuracy);
    expect(headline.worstFloatIntegerGap).equal(row.floatIntegerGap);
    expect(realHeadline([])).deep.equal({});
  });

  it('count packed weights with their bitmap only where something is pruned', () => {
    const model = randomModel(Random.fromSeed(6), { synapses: 2000 });
    const dense = {
      ...model,
      layers: model.layers.map((layer) => ({
        ...layer,
        edges: layer.edges.map((edge) =>
          edge.kind === 'conv' ? { ...edge, codes: edge.codes.map(() => 1) } : edge,
        ),
      })),
      head: { ...model.head, codes: model.head.codes.map(() => 1) },
    };
    const bits = (weights: number, width: number): number => Math.ceil((weights * width) / 8);
    const edges = dense.layers.flatMap(({ edges: all }) => all.filter((edge) => edge.kind === 'conv'));
    const expected = [...edges, dense.head].reduce(
      (sum, part) => sum + bits(part.codes.length, part.bits),
      0,
    );
    expect(packedBytesOf(dense)).equal(expected);
  });

  it('say what is missing where a data set is not there', () => {
    withTemporaryFolder((folder) => {
      for (const set of REAL_DATASETS) {
        const found = locateRealDataset(set, folder);
        expect('missing' in found && found.missing).include(folder);
      }
    });
  });
});
