import type { RecordedGap, ScannedRecording } from './scan.js';

/** Less than this is the delay of a busy machine and not a loss, second. */
const LEAST_SECONDS = 0.02;

/** And less than so many times the usual delay. */
const TIMES_USUAL = 4;

/** Clocks of instruments and computers are that near to each other, as a fraction. */
const CLOCKS_WITHIN = 500e-6;

/**
 * Losses that no counter told, because they were multiples of what it counts to: samples are fewer than time has passed. Something that
 * comes late makes the axis look short for a while; lost samples make it short for ever. So what counts is how far behind the axis is
 * at its best in all the time that follows.
 */
export function clockLosses(scan: Pick<ScannedRecording, 'identity' | 'marks'>): RecordedGap[] {
  const { identity, marks } = scan;
  if (marks.length < 3) return [];
  const rate = identity.sampleHz * identity.secondsPerSecond;
  const behind = marks.map(({ index, seconds }) => seconds - index / rate);
  const drift = driftOf(marks, behind);
  const straight = behind.map((value, i) => value - drift * marks[i].seconds);
  const best = [...straight];
  for (let i = best.length - 2; i >= 0; i--) best[i] = Math.min(best[i], best[i + 1]);
  const late = straight.map((value, i) => value - best[i]).sort((a, b) => a - b);
  const least = Math.max(LEAST_SECONDS, TIMES_USUAL * late[Math.floor(late.length / 2)]);
  const losses: RecordedGap[] = [];
  let level = best[0];
  for (let i = 1; i < best.length - 1; i++) {
    const step = best[i] - level;
    if (step < least) {
      level = Math.min(level, best[i]);
      continue;
    }
    level = best[i];
    losses.push({
      start: marks[i - 1].index,
      end: marks[i].index,
      missing: Math.round(step * rate),
      cause: 'clock',
    });
  }
  return losses;
}

/** Seconds a second that the axis falls behind all the time: the middle of the slopes between neighbours, within what clocks can differ. */
function driftOf(marks: ScannedRecording['marks'], behind: readonly number[]): number {
  // Short spans, most of which have no loss in them.
  const lag = Math.max(1, Math.floor(marks.length / 8));
  const slopes = marks
    .slice(lag)
    .map(({ seconds }, i) => (behind[i + lag] - behind[i]) / (seconds - marks[i].seconds))
    .filter((slope) => Number.isFinite(slope))
    .sort((a, b) => a - b);
  const middle = slopes[Math.floor(slopes.length / 2)] ?? 0;
  return Math.min(CLOCKS_WITHIN, Math.max(-CLOCKS_WITHIN, middle));
}
