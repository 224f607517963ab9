import type { InferEvent, PowerEvent } from '../session/events.js';
import type { Range } from './integrate.js';
import type { RecordedGap, ScannedRecording } from './scan.js';

/** One inference, found in the recording. */
export interface InferenceWindow extends Range {
  readonly event: InferEvent;
  readonly ticks: number;
}

export interface FoundWindows {
  readonly used: readonly InferenceWindow[];
  /** With a gap in them. */
  readonly withGap: number;
  /** Of another duration than the device's counter tells: something was lost that nobody told of. */
  readonly wrongDuration: number;
  /** Of orders whose pulses were more or fewer than their inferences. */
  readonly wrongCount: number;
  /** Durations by the analyzer's clock over those by the board's, median; 1 where the marker's rise is not seen. */
  readonly ratio: number;
}

/** Samples by which a window may be longer or shorter than expected: edges, and what runs between counter and marker. */
const SLACK_SAMPLES = 4;
/** The same for long windows, as a fraction; in all never as much as 64 samples, which a counter of 6 bits does not see. */
const SLACK_FRACTION = 5e-4;
const MOST_SLACK_SAMPLES = 48;

/** Finds the inferences by the number of their pulses and looks at each: a gap or a wrong duration makes it useless. */
export function findWindows(
  scan: ScannedRecording,
  gaps: readonly RecordedGap[],
  events: readonly PowerEvent[],
): FoundWindows {
  const hz = scan.identity.sampleHz;
  let wrongCount = 0;
  const candidates: (InferenceWindow & { readonly expected: number; readonly seen: boolean })[] = [];
  for (const event of events) {
    if (event.kind !== 'infer') continue;
    if (event.pulses !== event.ticks.length || event.afterPulse + event.pulses > scan.windows.length) {
      wrongCount += event.ticks.length;
      continue;
    }
    event.ticks.forEach((ticks, i) => {
      const { start, end } = scan.windows[event.afterPulse + i];
      const expected = event.seconds[i] * hz;
      candidates.push({
        event,
        ticks,
        start: start ?? end - expected,
        end,
        expected,
        seen: start !== undefined,
      });
    });
  }
  const whole = candidates.filter((window) => !gaps.some((gap) => touches(window, gap)));
  const ratio = ratioOf(whole.filter(({ seen }) => seen));
  const used = whole.filter(({ start, end, expected }) => {
    const slack = Math.min(MOST_SLACK_SAMPLES, SLACK_SAMPLES + SLACK_FRACTION * expected);
    return Math.abs(end - start - expected * ratio) <= slack && start >= 0;
  });
  return {
    used: used.map(({ event, ticks, start, end }) => ({ event, ticks, start, end })),
    withGap: candidates.length - whole.length,
    wrongDuration: whole.length - used.length,
    wrongCount,
    ratio,
  };
}

function touches({ start, end }: Range, gap: RecordedGap): boolean {
  return gap.start <= end && gap.end >= start;
}

function ratioOf(windows: readonly { start: number; end: number; expected: number }[]): number {
  const ratios = windows
    .filter(({ expected }) => expected > 0)
    .map(({ start, end, expected }) => (end - start) / expected)
    .sort((a, b) => a - b);
  return ratios.length === 0 ? 1 : ratios[Math.floor(ratios.length / 2)];
}
