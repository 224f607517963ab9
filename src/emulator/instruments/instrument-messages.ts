import type { Target } from '../../targets/target.js';
import type { InstrumentFault } from './faults.js';
import type { InstrumentKind } from './virtual-instrument.js';

/** What a virtual instrument is made of; handed to its process. */
export interface InstrumentConfig {
  readonly kind: InstrumentKind;
  readonly target: Pick<Target, 'power' | 'clockHz' | 'cyclesPerInstruction' | 'marker'>;
  /** Seconds of the instrument's and the board's clock in one of this machine's. */
  readonly scale: number;
  readonly seed: number;
  readonly faults: readonly InstrumentFault[];
}

/** What its process says. */
export type InstrumentMessage =
  | { readonly kind: 'port'; readonly path: string }
  | { readonly kind: 'failed'; readonly code: string; readonly exitCode: number; readonly message: string };
