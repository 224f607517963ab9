import type { SampleResult } from './session/sample-result.js';

/** What the reference computes for a sample; an `Inference` of the integer interpreter is one. */
export interface ReferenceAnswer {
  readonly logits: ArrayLike<number>;
  readonly classIndex: number;
  /** How many timesteps were run. */
  readonly timesteps?: number;
  /** Per layer; compared with the trace where there is one. */
  readonly spikesIn?: readonly number[];
  readonly spikesOut?: readonly number[];
}

export interface Mismatch {
  readonly sample: number;
  readonly what: 'logit' | 'class' | 'timesteps' | 'spikesIn' | 'spikesOut';
  /** Class of the logit, or layer; 0 for the class itself and for timesteps. */
  readonly index: number;
  readonly expected: number;
  readonly found: number;
}

export interface Agreement {
  readonly samples: number;
  readonly logits: number;
  /** Values that differ: logits, classes, timesteps and, with trace, spike counts. */
  readonly mismatches: number;
  readonly samplesDiffering: number;
  /** The first ones, in detail. */
  readonly first: readonly Mismatch[];
}

const DETAILED = 10;

function differences(result: SampleResult, reference: ReferenceAnswer): Mismatch[] {
  const { sample } = result;
  const found: Mismatch[] = [];
  const compare = (what: Mismatch['what'], index: number, expected: number, got: number): void => {
    if (expected !== got) found.push({ sample, what, index, expected, found: got });
  };
  compare('class', 0, reference.classIndex, result.classIndex);
  if (reference.timesteps !== undefined) compare('timesteps', 0, reference.timesteps, result.timesteps);
  result.logits.forEach((logit, i) => {
    compare('logit', i, reference.logits[i], logit);
  });
  result.layers?.forEach((layer, i) => {
    const { spikesIn, spikesOut } = reference;
    if (spikesIn !== undefined && i < spikesIn.length) compare('spikesIn', i, spikesIn[i], layer.spikesIn);
    if (spikesOut !== undefined && i < spikesOut.length)
      compare('spikesOut', i, spikesOut[i], layer.spikesOut);
  });
  return found;
}

/** Counts where the device differs from the reference in any value. */
export class AgreementCounter {
  private samples = 0;
  private logits = 0;
  private mismatches = 0;
  private samplesDiffering = 0;
  private readonly first: Mismatch[] = [];

  add(result: SampleResult, reference: ReferenceAnswer): void {
    const found = differences(result, reference);
    this.samples += 1;
    this.logits += result.logits.length;
    this.mismatches += found.length;
    if (found.length > 0) this.samplesDiffering += 1;
    this.first.push(...found.slice(0, DETAILED - this.first.length));
  }

  get result(): Agreement {
    const { samples, logits, mismatches, samplesDiffering } = this;
    return { samples, logits, mismatches, samplesDiffering, first: [...this.first] };
  }
}
