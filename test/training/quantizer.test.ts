import { expect } from 'chai';
import fc from 'fast-check';
import { effectiveWeights, keepMask, quantize } from '../../src/training/quantizer.js';

const floats = (minLength = 1) =>
  fc
    .array(fc.float({ noNaN: true, min: -4, max: 4 }), { minLength, maxLength: 60 })
    .map((values) => Float32Array.from(values));

describe('quantizer', () => {
  it('gives the mid-rise levels of a worked example', () => {
    // Standard deviation 1, so d = 0.996 at two bits: -1.41 is below -d, 0 is at the lower end of its level.
    const weights = Float32Array.from([-Math.SQRT2, Math.SQRT2, 0, 0]);
    const { codes, scale } = quantize(weights, 2);
    expect([...codes]).to.deep.equal([-3, 3, 1, 1]);
    expect(scale).to.be.closeTo(0.498, 1e-6);
  });

  it('gives signs at one bit and halves upwards at eight', () => {
    expect([...quantize(Float32Array.from([-0.3, 2, -5, 0.1]), 1).codes]).to.deep.equal([-1, 1, -1, 1]);
    const eight = quantize(Float32Array.from([127, 2.5, -2.5, -127]), 8);
    expect([...eight.codes]).to.deep.equal([127, 3, -2, -127]);
    expect(eight.scale).to.equal(1);
  });

  it('has only odd codes within 2^b - 1 at 1, 2 and 4 bits', () => {
    fc.assert(
      fc.property(floats(), fc.constantFrom(1, 2, 4), (weights, bits) => {
        const { codes, scale } = quantize(weights, bits);
        expect(scale).to.be.greaterThan(0);
        for (const code of codes) {
          expect(Math.abs(code) % 2).to.equal(1);
          expect(Math.abs(code)).to.be.at.most(2 ** bits - 1);
        }
      }),
    );
  });

  it('is as near as half a step wherever it does not clamp', () => {
    fc.assert(
      fc.property(floats(2), fc.constantFrom(1, 2, 4, 8), (weights, bits) => {
        const { codes, scale } = quantize(weights, bits);
        const step = bits === 8 ? scale : 2 * scale;
        const largest = bits === 8 ? 127 : 2 ** bits - 1;
        weights.forEach((w, i) => {
          if (Math.abs(codes[i]) < largest)
            expect(Math.abs(w - codes[i] * scale)).to.be.at.most(step * 0.500001);
        });
      }),
    );
  });

  for (const bits of [1, 2, 4, 8]) {
    it(`does not divide by zero at ${bits} bits when all weights are the same`, () => {
      for (const value of [0, 0.1, -3]) {
        const { codes, scale } = quantize(new Float32Array(7).fill(value), bits);
        expect(scale).to.be.greaterThan(0);
        expect(codes[0] * scale).to.be.closeTo(value, 0.8 * Math.abs(value) + 1e-5);
      }
    });
  }

  it('refuses widths that it does not know', () => {
    expect(() => quantize(new Float32Array(1), 3)).to.throw(RangeError);
  });
});

describe('keep mask', () => {
  it('keeps the largest scores and of equal ones the first', () => {
    expect([...keepMask(Float32Array.from([1, 3, 2, 3, 2]), 0.6)]).to.deep.equal([0, 1, 1, 1, 0]);
  });

  it('keeps max(1, round(keep * n)), none of them smaller than a dropped one', () => {
    fc.assert(
      fc.property(floats(), fc.double({ min: 0.001, max: 1, noNaN: true }), (score, keep) => {
        const mask = keepMask(score, keep);
        const kept = [...score].filter((_, i) => mask[i] === 1);
        const dropped = [...score].filter((_, i) => mask[i] === 0);
        expect(kept).to.have.length(Math.max(1, Math.round(keep * score.length)));
        expect(Math.min(...kept)).to.be.at.least(Math.max(-Infinity, ...dropped));
      }),
    );
  });
});

describe('effective weights', () => {
  const weights = Float32Array.from([0.5, -1, 0.25, 2]);
  const score = Float32Array.from([4, 3, 2, 1]);

  it('are code times scale, or zero where pruned', () => {
    const { codes, scale } = quantize(weights, 2);
    const effective = effectiveWeights(weights, score, [2], [1], [0.5], [1]);
    expect([...effective]).to.deep.equal([codes[0] * scale, codes[1] * scale, 0, 0].map(Math.fround));
  });

  it('are the mix of all choices', () => {
    const one = effectiveWeights(weights, undefined, [1], [1], [1], [1]);
    const four = effectiveWeights(weights, undefined, [4], [1], [1], [1]);
    const mixed = effectiveWeights(weights, score, [1, 4], [0.25, 0.75], [0.5, 1], [0.4, 0.6]);
    mixed.forEach((value, i) => {
      expect(value).to.be.closeTo((0.25 * one[i] + 0.75 * four[i]) * (i < 2 ? 1 : 0.6), 1e-6);
    });
  });
});
