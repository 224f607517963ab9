import { RealFft } from './fft.js';
import { LOG_ONE, log2Q8 } from './log2.js';
import { melFilters, type MelFilter } from './mel-filters.js';

export interface LogMelGeometry {
  /** Hertz. */
  readonly sampleRate: number;
  readonly frames: number;
  readonly frameSamples: number;
  readonly hopSamples: number;
  readonly fftSize: number;
  readonly mels: number;
  readonly lowHz: number;
  readonly highHz: number;
}

/** Bits of the largest spectral value after the block of a frame is scaled down. */
const BLOCK_LIMIT = 1 << 16;

/**
 * Logarithmic mel energies in 2^-8 octaves, integer arithmetic throughout. Of each frame:
 *
 * 1. `y[n] = x[n] * hann[n]`, `hann[n] = round(32767 * (0.5 - 0.5 cos(2 pi n / frameSamples)))`; |y| < 2^30; zeros up to fftSize.
 * 2. `Y = fft(y)` (fft.ts), scaled by 1 / fftSize, 32 bits.
 * 3. `e` = the smallest number >= 0 for which all |re| and |im| are below `2^(16 + e)`; with e > 0, `re = (re + 2^(e - 1)) >> e`,
 *    `im` likewise; `power = re * re + im * im`.
 * 4. `energy[m] = sum_k weight[m][k] * power[k]` (mel-filters.ts), below 2^53.
 * 5. `log[m] = log2Q8(energy[m]) + 512 e`, 0 where the energy is 0 (log2.ts).
 *
 * A value of 0 is therefore digital silence; white noise of one LSB gives about 30 octaves.
 */
export class LogMelAnalysis {
  private readonly fft: RealFft;
  private readonly hann: Int16Array;
  private readonly frame: Int32Array;
  private readonly re: Int32Array;
  private readonly im: Int32Array;
  private readonly power: Float64Array;
  readonly filters: readonly MelFilter[];

  constructor(readonly geometry: LogMelGeometry) {
    const { frameSamples, fftSize, mels, lowHz, highHz, sampleRate } = geometry;
    this.fft = new RealFft(fftSize);
    this.hann = Int16Array.from({ length: frameSamples }, (_, n) =>
      Math.round(32767 * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / frameSamples))),
    );
    this.filters = melFilters(mels, lowHz, highHz, sampleRate, fftSize);
    this.frame = new Int32Array(fftSize);
    this.re = new Int32Array(fftSize / 2 + 1);
    this.im = new Int32Array(fftSize / 2 + 1);
    // Doubles that only ever hold integers below 2^34.
    this.power = new Float64Array(fftSize / 2 + 1);
  }

  /**
   * @param samples at least `(frames - 1) * hopSamples + frameSamples`
   * @param out `[frames][mels]`
   */
  analyse(samples: ArrayLike<number>, out: Int32Array): void {
    const { frames, hopSamples, mels } = this.geometry;
    for (let i = 0; i < frames; i++) this.analyseFrame(samples, i * hopSamples, out, i * mels);
  }

  private analyseFrame(samples: ArrayLike<number>, start: number, out: Int32Array, at: number): void {
    const { hann, frame } = this;
    for (let n = 0; n < hann.length; n++) frame[n] = samples[start + n] * hann[n];
    this.fft.transform(frame, this.re, this.im);
    const exponent = this.powerSpectrum();
    this.filters.forEach(({ first, weights }, mel) => {
      let energy = 0;
      for (let i = 0; i < weights.length; i++) energy += weights[i] * this.power[first + i];
      out[at + mel] = energy === 0 ? 0 : log2Q8(energy) + 2 * LOG_ONE * exponent;
    });
  }

  /** @returns the block exponent `e`: true power is `power * 2^(2 e)` */
  private powerSpectrum(): number {
    const { re, im, power } = this;
    const exponent = blockExponent(re, im);
    const half = exponent > 0 ? 2 ** (exponent - 1) : 0;
    for (let k = 0; k < power.length; k++) {
      const r = (re[k] + half) >> exponent;
      const i = (im[k] + half) >> exponent;
      power[k] = r * r + i * i;
    }
    return exponent;
  }
}

function blockExponent(re: Int32Array, im: Int32Array): number {
  let peak = 0;
  for (let k = 0; k < re.length; k++) peak = Math.max(peak, Math.abs(re[k]), Math.abs(im[k]));
  let exponent = 0;
  while (peak >= BLOCK_LIMIT * 2 ** exponent) exponent++;
  return exponent;
}
