import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import type { Split } from '../../src/data/dataset.js';
import { augmentOf } from '../../src/search/augment/augment.js';
import { Batches } from '../../src/search/batches.js';

const SHAPE = { height: 2, width: 2, channels: 1 };

/** Sample i is all i, its label too. */
function countingSplit(count: number): Split {
  return {
    count,
    inputs: Int8Array.from({ length: 4 * count }, (_, i) => Math.floor(i / 4)),
    labels: Uint16Array.from({ length: count }, (_, i) => i),
    groups: Int32Array.from({ length: count }, (_, i) => i),
  };
}

describe('search: batches', () => {
  it('show every sample once an epoch, each with its own label, in another order each epoch', () => {
    const batches = new Batches(countingSplit(12), SHAPE, 4, 7);
    expect(batches.perEpoch).to.equal(3);
    const epochs = [0, 1].map((epoch) => {
      const labels: number[] = [];
      for (let i = 0; i < 3; i++) {
        const batch = batches.at(3 * epoch + i);
        labels.push(...batch.labels);
        expect(Array.from(batch.inputs)).to.deep.equal(Array.from(batch.labels).flatMap((l) => [l, l, l, l]));
      }
      return labels;
    });
    for (const labels of epochs) {
      expect([...labels].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 12 }, (_, i) => i));
    }
    expect(epochs[0]).to.not.deep.equal(epochs[1]);
  });

  it('depend on seed and position alone', () => {
    const spec = { shift: 1, flip: true };
    const one = new Batches(countingSplit(12), SHAPE, 4, 7, spec);
    const other = new Batches(countingSplit(12), SHAPE, 4, 7, spec);
    one.at(0);
    one.at(3);
    expect(one.at(5)).to.deep.equal(other.at(5));
    expect(one.at(1)).to.deep.equal(other.at(1));
    expect(new Batches(countingSplit(12), SHAPE, 4, 8).at(1)).to.not.deep.equal(one.at(1));
  });
});

describe('search: augmentation', () => {
  it('shifts by at most the given distance and repeats the edge', () => {
    const shape = { height: 1, width: 5, channels: 1 };
    const augment = augmentOf({ shift: 1 })!;
    const random = Random.fromSeed(3);
    const seen = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const sample = Int8Array.from([1, 2, 3, 4, 5]);
      augment(sample, shape, random);
      seen.add(sample.join());
    }
    expect([...seen].sort()).to.deep.equal(['1,1,2,3,4', '1,2,3,4,5', '2,3,4,5,5']);
  });

  it('mirrors rows with their channels kept together', () => {
    const shape = { height: 1, width: 2, channels: 2 };
    const augment = augmentOf({ flip: true })!;
    const random = Random.fromSeed(3);
    const seen = new Set<string>();
    for (let i = 0; i < 30; i++) {
      const sample = Int8Array.from([1, 2, 3, 4]);
      augment(sample, shape, random);
      seen.add(sample.join());
    }
    expect([...seen].sort()).to.deep.equal(['1,2,3,4', '3,4,1,2']);
  });
});
