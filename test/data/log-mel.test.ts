import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '../../src/core/random.js';
import { RealFft } from '../../src/data/front-ends/fft.js';
import { log2Q8 } from '../../src/data/front-ends/log2.js';
import { LogMelAnalysis, type LogMelGeometry } from '../../src/data/front-ends/log-mel-analysis.js';
import { completeFrontEnd, createFrontEnd } from '../../src/data/front-ends/registry.js';
import { tone } from './fixtures.js';

const GEOMETRY: LogMelGeometry = {
  sampleRate: 16000,
  frames: 6,
  frameSamples: 480,
  hopSamples: 400,
  fftSize: 512,
  mels: 32,
  lowHz: 60,
  highHz: 7600,
};
const SAMPLES = 5 * 400 + 480;

/** The textbook formula in floating point, by a direct Fourier sum; octaves, in the integer version's unit of power. */
function floatLogMel(samples: Int16Array, g: LogMelGeometry): number[] {
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const corner = (i: number): number =>
    700 * (10 ** ((mel(g.lowHz) + (i * (mel(g.highHz) - mel(g.lowHz))) / (g.mels + 1)) / 2595) - 1);
  const result: number[] = [];
  for (let f = 0; f < g.frames; f++) {
    const power: number[] = [];
    for (let k = 0; k <= g.fftSize / 2; k++) {
      let re = 0;
      let im = 0;
      for (let n = 0; n < g.frameSamples; n++) {
        const x = samples[f * g.hopSamples + n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / g.frameSamples));
        re += x * Math.cos((2 * Math.PI * k * n) / g.fftSize);
        im -= x * Math.sin((2 * Math.PI * k * n) / g.fftSize);
      }
      power.push((re * re + im * im) * (32767 / g.fftSize) ** 2);
    }
    for (let m = 0; m < g.mels; m++) {
      const [left, peak, right] = [corner(m), corner(m + 1), corner(m + 2)];
      const energy = power.reduce((sum, p, k) => {
        const hertz = (k * g.sampleRate) / g.fftSize;
        const weight = Math.min((hertz - left) / (peak - left), (right - hertz) / (right - peak));
        return sum + Math.max(0, weight) * p;
      }, 0);
      result.push(Math.log2(1024 * energy));
    }
  }
  return result;
}

function noise(seed: number, amplitude: number): Int16Array {
  const random = Random.fromSeed(seed);
  return Int16Array.from({ length: SAMPLES }, () => Math.round(amplitude * random.gaussian()));
}

/** Changes only together with the format of models: an old model would meet other inputs than it was trained on. */
const GOLDEN = [
  127, 22, 19, -6, -1, 4, 38, 16, 127, 22, 28, 16, 35, 0, 15, 42, 127, 35, 56, 40, 56, 18, 9, 36,
];

describe('integer FFT', () => {
  it('agrees with the Fourier sum to within two units, at every size', () => {
    for (const size of [8, 16, 64, 256, 1024, 2048]) {
      const random = Random.fromSeed(size);
      const input = Int32Array.from({ length: size }, () => random.integer(-(2 ** 20), 2 ** 20));
      const re = new Int32Array(size / 2 + 1);
      const im = new Int32Array(size / 2 + 1);
      new RealFft(size).transform(input, re, im);
      for (const k of [0, 1, size / 8, size / 4, size / 2 - 1, size / 2]) {
        let exactRe = 0;
        let exactIm = 0;
        input.forEach((x, n) => {
          exactRe += (x * Math.cos((2 * Math.PI * k * n) / size)) / size;
          exactIm -= (x * Math.sin((2 * Math.PI * k * n) / size)) / size;
        });
        // Rounding of the stages, and of the twiddles (2^-15 of the spectrum's root mean square).
        const bound = 2 + (2 ** 20 / Math.sqrt(size)) * 2 ** -13;
        expect(Math.abs(re[k] - exactRe), `re[${k}] of ${size}`).to.be.below(bound);
        expect(Math.abs(im[k] - exactIm), `im[${k}] of ${size}`).to.be.below(bound);
      }
    }
  });

  it('does not overflow at full scale', () => {
    const size = 512;
    const re = new Int32Array(size / 2 + 1);
    const im = new Int32Array(size / 2 + 1);
    for (const bin of [0, 1, 77, 255, 256]) {
      const input = Int32Array.from({ length: size }, (_, n) =>
        Math.round(2 ** 30 * Math.cos((2 * Math.PI * bin * n) / size)),
      );
      new RealFft(size).transform(input, re, im);
      const expected = bin === 0 || bin === 256 ? 2 ** 30 : 2 ** 29;
      expect(Math.abs(re[bin] - expected)).to.be.below(2 ** 15);
    }
  });
});

describe('integer logarithm', () => {
  it('is within 1.3 / 256 octaves, from 1 to 2^53 - 1', () => {
    const exponent = fc.integer({ min: 0, max: 52 });
    fc.assert(
      fc.property(exponent, fc.double({ min: 0, max: 1, noNaN: true }), (bits, fraction) => {
        const value = Math.min(Number.MAX_SAFE_INTEGER, Math.floor(2 ** bits * (1 + fraction)));
        expect(Math.abs(log2Q8(value) - 256 * Math.log2(value))).to.be.below(1.3);
      }),
      { numRuns: 2000 },
    );
    expect(log2Q8(0)).to.equal(0);
  });
});

describe('integer log-mel', () => {
  const analysis = new LogMelAnalysis(GEOMETRY);
  const logs = new Int32Array(GEOMETRY.frames * GEOMETRY.mels);
  const worst = (samples: Int16Array): number => {
    analysis.analyse(samples, logs);
    return floatLogMel(samples, GEOMETRY).reduce(
      (max, exact, i) => Math.max(max, Math.abs(logs[i] / 256 - exact)),
      0,
    );
  };

  it('agrees with floating point to 0.02 octaves on noise from one LSB to full scale', () => {
    for (const amplitude of [1, 10, 300, 9000]) {
      expect(worst(noise(amplitude, amplitude)), `amplitude ${amplitude}`).to.be.below(0.02);
    }
  });

  it('agrees to 0.05 octaves on a loud tone over noise 50 dB below', () => {
    expect(worst(tone(3, SAMPLES, 1234, 16000).map((x) => x * 4))).to.be.below(0.05);
  });

  it('holds the extremes: full-scale square wave, single pulse, silence', () => {
    const square = Int16Array.from({ length: SAMPLES }, (_, n) => (n % 40 < 20 ? 32767 : -32768));
    expect(worst(square)).to.be.below(0.3);
    analysis.analyse(square, logs);
    expect(Math.max(...logs)).to.be.below(32767);
    analysis.analyse(new Int16Array(SAMPLES), logs);
    expect([...logs].every((log) => log === 0)).to.equal(true);
  });

  it('scales the training windows to mean 0 and a deviation of 48, silence to the floor', () => {
    const format = { kind: 'pcm16', sampleRate: 16000, samples: SAMPLES } as const;
    const training = [noise(1, 30), noise(2, 300), noise(3, 3000), noise(4, 1000)];
    const spec = completeFrontEnd({ kind: 'log-mel', frames: 6, mels: 32 }, format, training);
    const frontEnd = createFrontEnd(spec);
    const out = new Int8Array(6 * 32);
    const values = training.flatMap((window) => {
      frontEnd.apply(window, out);
      return [...out];
    });
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).to.be.below(1);
    expect(deviation).to.be.within(46, 50);
    frontEnd.apply(new Int16Array(SAMPLES), out);
    expect(new Set(out).size).to.equal(1);
    expect(out[0]).to.equal(Math.min(...values));
  });

  it('keeps the bits that models are trained on', () => {
    const spec = {
      ...{ kind: 'log-mel', sampleRate: 8000, samples: 800, frames: 3, frameSamples: 256, hopSamples: 272 },
      ...{ fftSize: 256, mels: 8, lowHz: 60, highHz: 4000, floor: 5000, offset: 14100, scale: 200 },
    };
    // Made of integers only, so that every machine has the same window.
    const window = Int16Array.from(
      { length: 800 },
      (_, n) => ((n * n * 7919) % 4001) - 2000 + 3000 * ((n >> 4) & 1),
    );
    const out = new Int8Array(24);
    createFrontEnd(spec).apply(window, out);
    expect([...out]).to.deep.equal(GOLDEN);
  });
});
