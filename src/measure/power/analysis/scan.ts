import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { AnalyzerIdentity } from '../analyzer.js';
import type { RecordedItem } from '../recording/reader.js';

/** A time that the marker was high; indices on the axis of samples. */
export interface MarkerWindow {
  /** Undefined where the instrument tells only when the marker fell. */
  readonly start: number | undefined;
  /** First sample after it. */
  readonly end: number;
}

export interface RecordedGap {
  readonly start: number;
  /** First sample after it; the same as `start` for one that was only seen by the clock. */
  readonly end: number;
  readonly missing: number;
  readonly cause: string;
}

export interface ScannedRecording {
  readonly identity: AnalyzerIdentity;
  /** By the number of the pulse, from 0. */
  readonly windows: readonly MarkerWindow[];
  readonly gaps: readonly RecordedGap[];
  readonly marks: readonly { readonly index: number; readonly seconds: number }[];
  readonly remarks: readonly string[];
  /** Samples on the axis, lost ones included. */
  readonly samples: number;
  /** Why the file ends early; undefined for one that was closed. */
  readonly broken: string | undefined;
}

/** First look at a recording: where the marker was, what is missing. @throws LitesnnError RECORDING_UNREADABLE (exit 2) */
export function scanRecording(items: Iterable<RecordedItem>): ScannedRecording {
  let identity: AnalyzerIdentity | undefined;
  const windows: MarkerWindow[] = [];
  const gaps: RecordedGap[] = [];
  const marks: { index: number; seconds: number }[] = [];
  const remarks: string[] = [];
  let samples = 0;
  let high = false;
  let start = 0;
  let broken: string | undefined;
  for (const item of items) {
    switch (item.kind) {
      case 'identity':
        ({ identity } = item);
        break;
      case 'samples': {
        const { firstIndex, digital } = item;
        for (let i = 0; i < digital.length; i++) {
          const now = (digital[i] & 1) === 1;
          if (now === high) continue;
          high = now;
          if (now) start = firstIndex + i;
          else {
            const level = identity?.marker === 'level';
            // The first sample after a falling edge carries a 1, the one after that the 0 that is found here.
            windows.push(level ? { start, end: firstIndex + i } : { start: undefined, end: start });
          }
        }
        samples = firstIndex + digital.length;
        break;
      }
      case 'gap': {
        const { missing, cause } = item.gap;
        gaps.push({ start: item.firstIndex, end: item.firstIndex + missing, missing, cause });
        samples = item.firstIndex + missing;
        break;
      }
      case 'mark':
        marks.push({ index: item.firstIndex, seconds: item.seconds });
        break;
      case 'remark':
        remarks.push(item.text);
        break;
      case 'broken':
        broken = item.why;
    }
  }
  if (identity === undefined) {
    throw new LitesnnError(
      'RECORDING_UNREADABLE',
      ExitCode.usage,
      'the recording is damaged at its very start',
    );
  }
  return { identity, windows, gaps, marks, remarks, samples, broken };
}
