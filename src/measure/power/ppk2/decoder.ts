import type { PowerSink } from '../analyzer.js';
import { ppk2Amperes } from './conversion.js';
import { PPK2_RANGES, type Ppk2Calibration } from './metadata.js';
import { SpikeFilter } from './spike-filter.js';

const WORD_BYTES = 4;
const COUNTER = 64;

/** Successive counters that prove that words begin here. */
const RUN = 8;
/** A counter that is back in order within so many samples was damaged, not the stream. */
const DAMAGED_AT_MOST = 4;
/** What a decision needs to see: damaged words and a run after them, at any of four offsets. */
const LOOK_BYTES = (DAMAGED_AT_MOST + RUN) * WORD_BYTES + WORD_BYTES - 1;

/** Samples of one block handed on. */
const BLOCK = 4096;

export interface Ppk2DecoderOptions {
  readonly calibration: Ppk2Calibration;
  /** Supply voltage, which is a term of the conversion. */
  readonly volts: number;
  readonly spikeFilter?: boolean;
}

/**
 * The sample stream of a PPK2: 4-byte words with a counter of 6 bits. The same samples and gaps however the stream is cut; any
 * bytes at all are survived. Losses of a multiple of 64 samples cannot be seen here: `clockLosses` and the marker windows find those.
 */
export class Ppk2Decoder {
  /** Bytes that were part of no word. */
  strayBytes = 0;
  private held = Buffer.alloc(0);
  private expected: number | undefined;
  /** Bytes passed over since the last good word. */
  private skipped = 0;
  /** The last word, until the next proves it: where a byte is lost from its end, its digital inputs are another's. */
  private unproved: number | undefined;
  private readonly filter = new SpikeFilter();
  private readonly amperes = new Float32Array(BLOCK);
  private readonly digital = new Uint8Array(BLOCK);
  private count = 0;

  constructor(
    private readonly options: Ppk2DecoderOptions,
    private readonly sink: PowerSink,
  ) {}

  push(chunk: Uint8Array): void {
    const bytes = this.held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.held, chunk]);
    let at = 0;
    while (at + WORD_BYTES <= bytes.length) {
      const word = bytes.readUInt32LE(at);
      if (this.skipped === 0 && counterOf(word) === this.expected) {
        this.prove();
        this.unproved = word;
        this.expected = (counterOf(word) + 1) % COUNTER;
        at += WORD_BYTES;
        continue;
      }
      if (at + LOOK_BYTES > bytes.length) break;
      at += this.recover(bytes, at);
    }
    this.flush();
    this.held = Buffer.from(bytes.subarray(at));
  }

  /** Bytes to go on by, at least one; the stream is not as expected at `at`. */
  private recover(bytes: Buffer, at: number): number {
    const damaged = this.damagedWords(bytes, at);
    if (damaged > 0) {
      this.prove();
      this.gap(damaged, 'resync');
      this.expected = ((this.expected ?? 0) + damaged) % COUNTER;
      return damaged * WORD_BYTES;
    }
    if (!isRun(bytes, at)) {
      this.skipped += 1;
      this.strayBytes += 1;
      return 1;
    }
    const counter = counterOf(bytes.readUInt32LE(at));
    if (this.expected !== undefined) {
      const passed = Math.ceil(this.skipped / WORD_BYTES);
      let missing = (counter - this.expected + COUNTER) % COUNTER;
      // As many as bytes were passed over at least: the counter tells it but for multiples of 64.
      while (missing + 1 < passed) missing += COUNTER;
      if (this.skipped === 0) this.prove();
      else if (this.unproved !== undefined) missing += 1;
      this.unproved = undefined;
      if (missing > 0) this.gap(missing, this.skipped > 0 ? 'resync' : 'counter');
    }
    this.skipped = 0;
    this.expected = counter;
    return 0;
  }

  /** How many words here have a wrong counter while those after them go on as if nothing had been; 0 when that is not so. */
  private damagedWords(bytes: Buffer, at: number): number {
    if (this.expected === undefined || this.skipped > 0) return 0;
    for (let words = 1; words <= DAMAGED_AT_MOST; words++) {
      const next = at + words * WORD_BYTES;
      const counter = counterOf(bytes.readUInt32LE(next));
      if (counter === (this.expected + words) % COUNTER && isRun(bytes, next)) return words;
    }
    return 0;
  }

  private prove(): void {
    if (this.unproved !== undefined) this.take(this.unproved);
    this.unproved = undefined;
  }

  private take(word: number): void {
    const { calibration, volts, spikeFilter = true } = this.options;
    const range = Math.min((word >>> 14) & 7, PPK2_RANGES - 1);
    const value = ppk2Amperes(calibration, (word & 0x3fff) * 4, range, volts);
    this.amperes[this.count] = spikeFilter ? this.filter.next(value, range) : value;
    this.digital[this.count] = word >>> 24;
    this.count += 1;
    if (this.count === BLOCK) this.flush();
  }

  private gap(missing: number, cause: 'counter' | 'resync'): void {
    this.flush();
    this.sink.gap({ missing, cause });
  }

  private flush(): void {
    if (this.count === 0) return;
    this.sink.samples({
      amperes: this.amperes.slice(0, this.count),
      digital: this.digital.slice(0, this.count),
    });
    this.count = 0;
  }
}

function counterOf(word: number): number {
  return (word >>> 18) & (COUNTER - 1);
}

/** Whether {@link RUN} words from here on count up one by one. */
function isRun(bytes: Buffer, at: number): boolean {
  const first = counterOf(bytes.readUInt32LE(at));
  for (let i = 1; i < RUN; i++) {
    if (counterOf(bytes.readUInt32LE(at + i * WORD_BYTES)) !== (first + i) % COUNTER) return false;
  }
  return true;
}
