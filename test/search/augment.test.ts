import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '../../src/core/random.js';
import { augmentOf } from '../../src/search/augment/augment.js';
import { augmentationFor } from '../../src/search/augment/by-data.js';
import type { AugmentSpec } from '../../src/search/augment/spec.js';

const SPECTRUM = { height: 20, width: 16, channels: 1 };
const STILL = { rows: 0, columns: 0 };

/** The value of row y and column x is `10 y + x`-like: every position is known by its value. */
function ramp(height = 20, width = 16): Int8Array {
  return Int8Array.from(
    { length: height * width },
    (_, i) => 4 * Math.floor(i / width) + 3 * (i % width) - 60,
  );
}

function changed(spec: AugmentSpec, seed: number, sample = ramp(), shape = SPECTRUM): Int8Array {
  const copy = sample.slice();
  augmentOf(spec)!(copy, shape, Random.fromSeed(seed));
  return copy;
}

describe('search: augmentation by kind', () => {
  it('is nothing for a spec that changes nothing', () => {
    expect(augmentOf(undefined)).to.equal(undefined);
    expect(augmentOf({ shift: 0, stretch: STILL, offset: 0, noise: 0 })).to.equal(undefined);
  });

  it('is chosen by the kind of the data, or taken as given', () => {
    const data = (
      kind: string,
      shape: typeof SPECTRUM,
      classes: readonly string[] = ['a', 'b'],
    ): AugmentSpec => augmentationFor('by-data', { frontEnd: { kind }, shape, classes })!;
    const words = data('log-mel', { height: 40, width: 32, channels: 1 }, ['no', '_silence_', 'yes']);
    expect(words).to.deep.include({ shift: { rows: 3, columns: 0 } });
    expect(words.background?.label).to.equal(1);
    expect(words.flip).to.equal(undefined);
    expect(data('log-mel', SPECTRUM).background).to.equal(undefined);
    expect(data('image', { height: 32, width: 32, channels: 3 })).to.include({ flip: true, cutout: 8 });
    expect(data('image', { height: 28, width: 28, channels: 1 })).to.not.have.property('flip');
    expect(data('raw', { height: 1, width: 2048, channels: 1 }).shift).to.deep.equal({
      rows: 0,
      columns: 102,
    });
    const own = { shift: 5 };
    const facts = { frontEnd: { kind: 'raw' }, shape: SPECTRUM, classes: [] };
    expect(augmentationFor(own, facts)).to.equal(own);
    expect(augmentationFor(undefined, facts)).to.equal(undefined);
  });

  it('depends on the seed alone, and differs between seeds', () => {
    const spec: AugmentSpec = {
      shift: 2,
      flip: true,
      stretch: { rows: 0.2, columns: 0.2 },
      offset: 20,
      amplitude: 0.2,
      noise: 5,
      mask: { widest: { rows: 4, columns: 4 }, count: { rows: 1, columns: 1 } },
      cutout: 4,
    };
    const seen = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      expect(changed(spec, seed)).to.deep.equal(changed(spec, seed));
      seen.add(changed(spec, seed).join());
    }
    expect(seen.size).to.equal(20);
  });

  it('shifts rows by whole frames and leaves columns where they are', () => {
    const rows = (values: Int8Array): number[] =>
      Array.from({ length: 20 }, (_, y) => values[16 * y] - values[0]);
    const distances = new Set<number>();
    for (let seed = 1; seed <= 60; seed++) {
      const moved = changed({ shift: { rows: 2, columns: 0 } }, seed);
      // Columns still rise by 3 in every row.
      for (let i = 1; i < moved.length; i++) if (i % 16 !== 0) expect(moved[i] - moved[i - 1]).to.equal(3);
      distances.add((moved[16 * 10] - ramp()[16 * 10]) / 4);
      expect(rows(moved).every((value) => value % 4 === 0)).to.equal(true);
    }
    expect([...distances].sort((a, b) => a - b)).to.deep.equal([-2, -1, 0, 1, 2]);
  });

  it('stretches about a point that stays, by no more than asked', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const moved = changed({ stretch: { rows: 0, columns: 0.2 } }, seed);
      // Along a ramp of 3 the slope is 3 times the factor, where the edge is not repeated and but for rounding.
      const slopes = Array.from({ length: 15 }, (_, x) => moved[x + 1] - moved[x]);
      expect(Math.max(...slopes)).to.be.at.most(Math.ceil(3 * 1.2));
      const middle = slopes.slice(4, 11).reduce((sum, slope) => sum + slope, 0) / 7;
      expect(middle).to.be.within(3 * 0.8 - 0.2, 3 * 1.2 + 0.2);
    }
  });

  it('adds one offset, scales by one factor, and clamps', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const louder = changed({ offset: 10 }, seed);
      const differences = Array.from(ramp(), (value, i) => louder[i] - value);
      expect(Math.max(...differences) - Math.min(...differences)).to.be.at.most(1);
      expect(Math.abs(differences[0])).to.be.at.most(10);
    }
    const loud = changed({ amplitude: 0.5 }, 5, new Int8Array(320).fill(127));
    expect(new Set(loud).size).to.equal(1);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const edge = changed({ offset: 100 }, seed, new Int8Array(320).fill(120));
        expect(edge.every((value) => value >= 20)).to.equal(true);
      }),
    );
  });

  it('makes noise of zero mean and at most the asked deviation', () => {
    const shape = { height: 1, width: 20_000, channels: 1 };
    let most = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const noise = changed({ noise: 10 }, seed, new Int8Array(20_000), shape);
      const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
      const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
      expect(Math.abs(mean)).to.be.lessThan(0.4);
      most = Math.max(most, Math.sqrt(variance));
    }
    expect(most).to.be.within(5, 10.3);
  });

  it('covers bands of whole rows and columns with the mean', () => {
    const spec: AugmentSpec = {
      mask: { widest: { rows: 5, columns: 0 }, count: { rows: 1, columns: 0 } },
    };
    const lengths = new Set<number>();
    const mean = Math.round(ramp().reduce((sum, value) => sum + value, 0) / 320);
    for (let seed = 1; seed <= 60; seed++) {
      const covered = changed(spec, seed);
      const rows = Array.from({ length: 20 }, (_, y) =>
        covered.subarray(16 * y, 16 * y + 16).every((value) => value === mean),
      );
      covered.forEach((value, i) => {
        if (!rows[Math.floor(i / 16)]) expect(value).to.equal(ramp()[i]);
      });
      lengths.add(rows.filter(Boolean).length);
      expect(rows.lastIndexOf(true) - rows.indexOf(true) + 1).to.be.at.most(5);
    }
    expect([...lengths].sort()).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('covers a square that may hang over the edge, with all channels', () => {
    const shape = { height: 6, width: 6, channels: 2 };
    const sample = Int8Array.from({ length: 72 }, (_, i) => (i % 2 === 0 ? 100 : -98));
    const sizes = new Set<number>();
    for (let seed = 1; seed <= 100; seed++) {
      const covered = changed({ cutout: 3 }, seed, sample, shape);
      const count = covered.filter((value) => value === 1).length;
      expect(count % 2).to.equal(0);
      sizes.add(count / 2);
    }
    expect(Math.max(...sizes)).to.equal(9);
    expect(Math.min(...sizes)).to.equal(1);
  });

  it('lays a lowered background over the given share of the samples', () => {
    const backgrounds = { count: 2, inputs: new Int8Array(640).fill(50) };
    const augment = augmentOf({ background: { label: 0, share: 0.5, lowered: 20 } }, backgrounds)!;
    const random = Random.fromSeed(9);
    let laid = 0;
    for (let i = 0; i < 400; i++) {
      const sample = ramp();
      augment(sample, SPECTRUM, random);
      const lowest = Math.min(...sample);
      if (lowest === -60) continue;
      laid++;
      expect(lowest).to.be.within(30, 50);
      expect(sample.at(-1)).to.equal(Math.max(ramp().at(-1)!, lowest));
    }
    expect(laid).to.be.within(160, 240);
    expect(augmentOf({ background: { label: 0, share: 1, lowered: 0 } })).to.equal(undefined);
  });
});
