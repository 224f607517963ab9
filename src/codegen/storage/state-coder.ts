/**
 * Coding of symbols with known frequencies into one number that grows (asymmetric numeral systems with bytes, Duda 2013,
 * arXiv:1311.2540): what is written last is read first, and a symbol of probability p takes -log2(p) bits. The state is below 2^31 and,
 * as soon as a byte has left it, at least 2^23; litesnn_unpack.c is the twin that reads.
 */
const LOWEST = 2 ** 23;

/** Frequencies are of 4,096. */
export const SCALE_BITS = 12;
export const SCALE = 2 ** SCALE_BITS;

/** Collects symbols in the order of reading. */
export class StateWriter {
  readonly #starts: number[] = [];
  readonly #frequencies: number[] = [];
  readonly #bits: number[] = [];

  /** A symbol that has `frequency` of 4,096 slots from `start` on. */
  symbol(start: number, frequency: number): void {
    this.#push(start, frequency, SCALE_BITS);
  }

  /** A number of up to 24 bits, all values alike, the low half first where it has more than 12. */
  number(value: number, bits: number): void {
    const low = Math.min(bits, SCALE_BITS);
    if (low > 0) this.#push(value % 2 ** low, 1, low);
    if (bits > low) this.number(Math.floor(value / 2 ** low), bits - low);
  }

  /** Symbols and numbers so far. */
  get count(): number {
    return this.#starts.length;
  }

  /** At least one byte. */
  finish(): Uint8Array {
    const reversed: number[] = [];
    let state = 0;
    for (let i = this.#starts.length - 1; i >= 0; i--) {
      const [start, frequency, scale] = [this.#starts[i], this.#frequencies[i], 2 ** this.#bits[i]];
      const limit = (LOWEST / scale) * 256 * frequency;
      for (; state >= limit; state = Math.floor(state / 256)) reversed.push(state % 256);
      state = Math.floor(state / frequency) * scale + start + (state % frequency);
    }
    do {
      reversed.push(state % 256);
      state = Math.floor(state / 256);
    } while (state > 0);
    return Uint8Array.from(reversed.reverse());
  }

  #push(start: number, frequency: number, bits: number): void {
    this.#starts.push(start);
    this.#frequencies.push(frequency);
    this.#bits.push(bits);
  }
}

/** Reads what {@link StateWriter} wrote; past its end nothing more comes in, and whatever is asked for is some number. */
export class StateReader {
  #state = 0;
  #next = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.#refill();
  }

  /** Where the next symbol's slot is: the caller finds out whose it is and takes it with {@link take}. */
  slot(): number {
    return this.#state % SCALE;
  }

  take(start: number, frequency: number): void {
    this.#state = frequency * Math.floor(this.#state / SCALE) + (this.#state % SCALE) - start;
    this.#refill();
  }

  number(bits: number): number {
    const low = Math.min(bits, SCALE_BITS);
    if (low === 0) return 0;
    const value = this.#state % 2 ** low;
    this.#state = Math.floor(this.#state / 2 ** low);
    this.#refill();
    return bits > low ? value + 2 ** low * this.number(bits - low) : value;
  }

  #refill(): void {
    for (; this.#state < LOWEST && this.#next < this.bytes.length; this.#next++)
      this.#state = this.#state * 256 + this.bytes[this.#next];
  }
}
