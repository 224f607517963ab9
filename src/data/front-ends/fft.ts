/** Twiddles are in 2^-14, so that 1 is exact in 16 bits. */
const TWIDDLE_ONE = 1 << 14;

/** Twiddle one times two: a butterfly halves. */
const STAGE_DIVISOR = TWIDDLE_ONE * 2;
const SPLIT_DIVISOR = TWIDDLE_ONE * 4;

/**
 * Real FFT in 32-bit integers: `X[k] = (1 / size) sum_n x[n] exp(-2 pi i k n / size)`, for k = 0..size / 2.
 *
 * It is a complex FFT of half the size (even samples real, odd ones imaginary) in which each stage halves, and a last step that
 * separates the two and halves once more; so nothing grows beyond the largest input times sqrt(2). Each value is rounded
 * once a stage, half up: `floor((a * 2^14 + b * twiddle + 2^14) / 2^15)`, whose numerator is below 2^48.
 */
export class RealFft {
  private readonly half: number;
  private readonly reversed: Uint16Array;
  /** cos and sin of `2 pi j / size`, `[size / 2]`, in 2^-14. */
  private readonly cosine: Int16Array;
  private readonly sine: Int16Array;
  private readonly zr: Int32Array;
  private readonly zi: Int32Array;

  /** @param size power of two, 8..2048 */
  constructor(readonly size: number) {
    this.half = size / 2;
    this.reversed = bitReversal(this.half);
    this.cosine = new Int16Array(this.half);
    this.sine = new Int16Array(this.half);
    for (let j = 0; j < this.half; j++) {
      const angle = (2 * Math.PI * j) / size;
      this.cosine[j] = Math.round(Math.cos(angle) * TWIDDLE_ONE);
      this.sine[j] = Math.round(Math.sin(angle) * TWIDDLE_ONE);
    }
    this.zr = new Int32Array(this.half);
    this.zi = new Int32Array(this.half);
  }

  /**
   * @param input `[size]`, each within -2^30..2^30
   * @param re,im `[size / 2 + 1]`
   */
  transform(input: Int32Array, re: Int32Array, im: Int32Array): void {
    for (let i = 0; i < this.half; i++) {
      const from = this.reversed[i];
      this.zr[i] = input[2 * from];
      this.zi[i] = input[2 * from + 1];
    }
    for (let width = 1; width < this.half; width *= 2) this.stage(width);
    this.separate(re, im);
  }

  /** Butterflies `a, b -> (a + w b) / 2, (a - w b) / 2` between values that are `width` apart. */
  private stage(width: number): void {
    const { zr, zi, cosine, sine, half } = this;
    // In a complex FFT of half the size, exp(-pi i j / width) is entry j * (half / width) of the table of the whole size.
    const step = half / width;
    for (let j = 0; j < width; j++) {
      const c = cosine[j * step];
      const s = sine[j * step];
      for (let a = j; a < half; a += 2 * width) {
        const b = a + width;
        const wr = zr[b] * c + zi[b] * s;
        const wi = zi[b] * c - zr[b] * s;
        const ar = zr[a] * TWIDDLE_ONE + TWIDDLE_ONE;
        const ai = zi[a] * TWIDDLE_ONE + TWIDDLE_ONE;
        zr[a] = Math.floor((ar + wr) / STAGE_DIVISOR);
        zi[a] = Math.floor((ai + wi) / STAGE_DIVISOR);
        zr[b] = Math.floor((ar - wr) / STAGE_DIVISOR);
        zi[b] = Math.floor((ai - wi) / STAGE_DIVISOR);
      }
    }
  }

  /** `X[k] = (E + w O) / 2`, `E = (Z[k] + conj Z[-k]) / 2`, `O = -i (Z[k] - conj Z[-k]) / 2`, `w = exp(-2 pi i k / size)`. */
  private separate(re: Int32Array, im: Int32Array): void {
    const { zr, zi, cosine, sine, half } = this;
    for (let k = 0; k <= half; k++) {
      const a = k % half;
      const b = (half - k) % half;
      // cos and sin of pi, which the table does not hold, are -1 and 0.
      const c = k === half ? -TWIDDLE_ONE : cosine[k];
      const s = k === half ? 0 : sine[k];
      const evenRe = zr[a] + zr[b];
      const evenIm = zi[a] - zi[b];
      const oddRe = zi[a] + zi[b];
      const oddIm = zr[b] - zr[a];
      const round = SPLIT_DIVISOR / 2;
      re[k] = Math.floor((evenRe * TWIDDLE_ONE + c * oddRe + s * oddIm + round) / SPLIT_DIVISOR);
      im[k] = Math.floor((evenIm * TWIDDLE_ONE + c * oddIm - s * oddRe + round) / SPLIT_DIVISOR);
    }
  }
}

function bitReversal(size: number): Uint16Array {
  const table = new Uint16Array(size);
  for (let i = 1; i < size; i++) table[i] = (table[i >> 1] >> 1) | (i & 1 ? size >> 1 : 0);
  return table;
}
