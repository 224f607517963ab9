import { expect } from 'chai';
import fc from 'fast-check';
import type { Dataset, Split } from '../../src/data/dataset.js';
import { holdOut } from '../../src/data/hold-out.js';
import { divideByGroup, learningSplits, subset, takeStratified } from '../../src/data/splits.js';

/** Sample i has the two values (i, label). */
function splitOf(labels: readonly number[], groups: readonly number[]): Split {
  return {
    count: labels.length,
    inputs: Int8Array.from(labels.flatMap((label, i) => [i, label])),
    labels: Uint16Array.from(labels),
    groups: Int32Array.from(groups),
  };
}

const sampleArbitrary = fc.array(fc.tuple(fc.nat(4), fc.nat(15)), { minLength: 1, maxLength: 100 });

describe('divideByGroup', () => {
  it('keeps groups whole, loses nothing, and is repeatable', () => {
    fc.assert(
      fc.property(
        sampleArbitrary,
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.nat(),
        (samples, fraction, seed) => {
          const split = splitOf(
            samples.map(([label]) => label),
            samples.map(([, group]) => group),
          );
          const [rest, part] = divideByGroup(split, fraction, seed);
          expect(rest.count + part.count).to.equal(split.count);
          expect(rest.count).to.be.above(0);
          const held = new Set(part.groups);
          expect([...rest.groups].some((group) => held.has(group))).to.equal(false);
          expect(divideByGroup(split, fraction, seed)).to.deep.equal([rest, part]);
        },
      ),
    );
  });

  it('takes about the fraction, of every class where samples are their own groups', () => {
    const labels = Array.from({ length: 1000 }, (_, i) => (i < 800 ? 0 : 1));
    const split = splitOf(
      labels,
      labels.map((_, i) => i),
    );
    const [, part] = divideByGroup(split, 0.25, 3);
    expect([...part.labels].filter((label) => label === 0).length).to.equal(200);
    expect([...part.labels].filter((label) => label === 1).length).to.equal(50);
    const [, other] = divideByGroup(split, 0.25, 4);
    expect([...other.groups]).to.not.deep.equal([...part.groups]);
  });

  it('takes at least one of two groups, and never all', () => {
    expect([...holdOut([0, 1, 0, 1], ['a', 'a', 'b', 'b'], 0.01, 'x')].sort()).to.deep.equal([0, 0, 1, 1]);
    expect([...holdOut([0, 1], ['a', 'a'], 0.5, 'x')]).to.deep.equal([0, 0]);
    expect([...holdOut([0, 1, 0, 1], ['a', 'a', 'b', 'b'], 0, 'x')]).to.deep.equal([0, 0, 0, 0]);
  });
});

describe('takeStratified', () => {
  it('keeps each class within one sample of its share, in order', () => {
    fc.assert(
      fc.property(
        sampleArbitrary,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (samples, fraction, seed) => {
          const split = splitOf(
            samples.map(([label]) => label),
            samples.map(([, group]) => group),
          );
          const part = takeStratified(split, fraction, seed);
          expect(part.count).to.equal(Math.round(fraction * split.count));
          for (let label = 0; label < 5; label++) {
            const all = split.labels.filter((one) => one === label).length;
            const kept = part.labels.filter((one) => one === label).length;
            expect(Math.abs(kept - (all * part.count) / split.count)).to.be.below(1);
          }
          const origins = Array.from({ length: part.count }, (_, i) => part.inputs[2 * i]);
          expect(origins).to.deep.equal([...new Set(origins)].sort((a, b) => a - b));
          expect(part.labels).to.deep.equal(Uint16Array.from(origins, (i) => split.labels[i]));
        },
      ),
    );
  });
});

describe('subset and learningSplits', () => {
  it('copies what was asked for, in that order', () => {
    const split = splitOf([0, 1, 2], [7, 8, 9]);
    const part = subset(split, [2, 0, 2]);
    expect([...part.inputs]).to.deep.equal([2, 2, 0, 0, 2, 2]);
    expect([...part.groups]).to.deep.equal([9, 7, 9]);
    part.inputs[0] = 100;
    expect(split.inputs[4]).to.equal(2);
  });

  it('hands on nothing of the test split', () => {
    const split = splitOf([0, 1], [0, 1]);
    const dataset: Dataset = {
      ...{
        name: 'x',
        classes: ['a', 'b'],
        shape: { height: 1, width: 2, channels: 1 },
        frontEnd: { kind: 'raw' },
      },
      ...{ train: split, validation: split, test: split, hash: '0' },
    };
    expect(learningSplits(dataset)).to.have.all.keys(
      ...['name', 'classes', 'shape', 'frontEnd', 'train', 'validation', 'hash'],
    );
  });
});
