import type { AnalyzerIdentity } from '../analyzer.js';
import type { PowerSpec } from '../power-spec.js';

/** What the process of a recording is started with. */
export interface RecorderOrder {
  readonly spec: PowerSpec;
  readonly volts: number;
  readonly recording: string;
}

export interface RecorderCounts {
  /** Samples that came. */
  readonly samples: number;
  readonly lost: number;
  /** Times that the marker fell. */
  readonly pulses: number;
}

export interface RecorderFailure {
  readonly code: string;
  readonly exitCode: number;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What it says. */
export type RecorderMessage =
  | { readonly kind: 'started'; readonly identity: AnalyzerIdentity }
  | { readonly kind: 'counts'; readonly counts: RecorderCounts }
  | { readonly kind: 'failed'; readonly failure: RecorderFailure }
  | { readonly kind: 'stopped'; readonly counts: RecorderCounts };
