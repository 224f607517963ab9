import type { RecordedItem } from '../recording/reader.js';

/** A part of the time axis, in samples; ends before `end`. Fractions of samples count as such. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface RangeSum {
  /** Ampere x samples. */
  readonly sum: number;
  /** Samples that are there; fewer than the range has where a gap is in it. */
  readonly count: number;
}

/** Second look: sums of the current over ranges, which are in the order of their starts and may touch but not overlap. */
export function sumRanges(items: Iterable<RecordedItem>, ranges: readonly Range[]): RangeSum[] {
  const sums = ranges.map(() => ({ sum: 0, count: 0 }));
  let first = 0;
  for (const item of items) {
    if (item.kind !== 'samples') continue;
    const { firstIndex, amperes } = item;
    const end = firstIndex + amperes.length;
    while (first < ranges.length && ranges[first].end <= firstIndex) first += 1;
    for (let r = first; r < ranges.length && ranges[r].start < end; r++)
      addPart(sums[r], ranges[r], firstIndex, amperes);
  }
  return sums;
}

function addPart(
  into: { sum: number; count: number },
  range: Range,
  firstIndex: number,
  amperes: Float32Array,
): void {
  const from = Math.max(range.start, firstIndex);
  const to = Math.min(range.end, firstIndex + amperes.length);
  for (let i = Math.floor(from); i < to; i++) {
    const share = Math.min(i + 1, to) - Math.max(i, from);
    into.sum += amperes[i - firstIndex] * share;
    into.count += share;
  }
}

/** Equal parts of a range, to tell noise from drift. */
export function partsOf({ start, end }: Range, parts: number): Range[] {
  const length = (end - start) / parts;
  return Array.from({ length: parts }, (_, i) => ({
    start: start + i * length,
    end: start + (i + 1) * length,
  }));
}
