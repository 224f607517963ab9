import type { Provenance } from '../timing.js';

/** What an instrument says of itself; it travels with every recording. */
export interface AnalyzerIdentity {
  /** For messages and reports: `Nordic PPK2 (HW 9173) at /dev/ttyACM1`. */
  readonly description: string;
  /** Short name of the kind: `ppk2`, `lpm01a`, `csv`, `ina`. */
  readonly kind: string;
  readonly provenance: Provenance;
  /** Samples a second, by the instrument's own clock. */
  readonly sampleHz: number;
  /** Supply voltage that turns current into power, volt. */
  readonly supplyVolts: number;
  /** Relative error that the maker states for the ranges used (one number, worst), for example 0.1 for 10 %. */
  readonly statedError: number;
  /** Where `statedError` is from. */
  readonly statedErrorSource: string;
  /** Digital inputs that the samples carry; 0 for an instrument without. */
  readonly digitalInputs: number;
  /** What digital input 0 is: the marker's level at each sample, or 1 at the first sample after the marker fell. */
  readonly marker: 'level' | 'falling-edge';
  /** Seconds of the instrument's clock that pass in one of this machine's: 1, but for a virtual instrument that is made to run faster. */
  readonly secondsPerSecond: number;
}

/** Successive samples without a gap among them. */
export interface PowerBlock {
  /** Ampere. */
  readonly amperes: Float32Array;
  /** Bit n is digital input n; as long as `amperes`. */
  readonly digital: Uint8Array;
}

/** Samples that are known to be missing right here. They take their time on the axis and are never interpolated. */
export interface PowerGap {
  /** How many samples are missing, as far as it can be known. */
  readonly missing: number;
  /** `counter`: told by the instrument's counter; `clock`: too few for the time that passed; `resync`: bytes were lost. */
  readonly cause: 'counter' | 'clock' | 'resync' | 'instrument';
}

/** Takes what an instrument sends, in the order of time. */
export interface PowerSink {
  samples(block: PowerBlock): void;
  gap(gap: PowerGap): void;
  /** A remark of the instrument that is no sample: overheating, a range, a message. */
  remark(text: string): void;
}

/**
 * One instrument. `start` resolves when samples flow; they go to the sink until `stop` has resolved. A lost cable rejects the next
 * call with `PORT_LOST` and `failed` resolves with the same error.
 */
export interface PowerAnalyzer {
  readonly identity: AnalyzerIdentity;
  start(sink: PowerSink): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
  /** Resolves with the error that ended the stream; never otherwise. */
  readonly failed: Promise<Error>;
}
