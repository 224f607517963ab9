import { readRecording } from '../recording/reader.js';
import type { AnalyzerIdentity } from '../analyzer.js';
import type { PowerEvent } from '../session/events.js';
import { partsOf, type Range, sumRanges } from './integrate.js';
import type { ScannedRecording } from './scan.js';

/** Around a command the board is awake and talking: that much of each end is left out. */
const GUARD_SECONDS = 0.02;

/** What a quiet part is looked for in. */
const STEP_SECONDS = 0.02;

/** A time in which the board did one thing, but for its beginning and end. */
export interface SteadyTime extends Range {
  /** How long it did, if that is known; it is somewhere within. */
  readonly seconds: number | undefined;
}

/** Where the board waited, or slept. Undefined where it was not asked to, or the recording ends before. */
export function steadyRange(
  scan: ScannedRecording,
  events: readonly PowerEvent[],
  kind: 'idle' | 'sleep',
): SteadyTime | undefined {
  const event = events.find((candidate) => candidate.kind === kind);
  if (event?.kind !== kind || event.beforePulse >= scan.windows.length) return undefined;
  const guard = GUARD_SECONDS * scan.identity.sampleHz;
  const from = scan.windows[event.afterPulse].end + guard;
  const next = scan.windows[event.beforePulse];
  // Where only falls are seen, the pulse began a millisecond before its fall: the guard covers it.
  const to = (next.start ?? next.end) - guard;
  if (to - from < 2 * guard) return undefined;
  return { start: from, end: to, seconds: event.kind === 'sleep' ? event.seconds : undefined };
}

/**
 * Before and after a sleep the board is awake for times that nobody knows: half of the sleep's time is taken, where the current is
 * lowest. Undefined when the time is too short for that.
 */
export function quietest(path: string, time: SteadyTime, { sampleHz }: AnalyzerIdentity): Range | undefined {
  const { start, end, seconds } = time;
  if (seconds === undefined) return { start, end };
  const steps = Math.floor((end - start) / (STEP_SECONDS * sampleHz));
  const wanted = Math.floor(seconds / 2 / STEP_SECONDS);
  if (wanted < 1 || steps < wanted) return undefined;
  const parts = partsOf({ start, end: start + steps * STEP_SECONDS * sampleHz }, steps);
  const sums = sumRanges(readRecording(path), parts).map(({ sum }) => sum);
  let running = sums.slice(0, wanted).reduce((total, sum) => total + sum, 0);
  let [lowest, at] = [running, 0];
  for (let i = wanted; i < steps; i++) {
    running += sums[i] - sums[i - wanted];
    if (running < lowest) [lowest, at] = [running, i - wanted + 1];
  }
  return { start: parts[at].start, end: parts[at + wanted - 1].end };
}
