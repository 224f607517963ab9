import { ExitCode, LitesnnError } from '../core/errors.js';

/** Integers from `low` to `high`, both included. Exact in doubles: no bound of a valid model comes near 2^53. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const ZERO: Interval = { low: 0, high: 0 };

export type IntegerType = 'int8' | 'int16' | 'int32';

/** One interval a channel, and the narrowest type that holds them all. */
export interface ChannelRange {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Over all channels. */
  readonly min: number;
  readonly max: number;
  /** `int32` also stands for what is wider until {@link checkWidth} has looked at it. */
  readonly type: IntegerType;
}

export function add(a: Interval, b: Interval): Interval {
  return { low: a.low + b.low, high: a.high + b.high };
}

/** Smallest interval that holds both. */
export function hull(a: Interval, b: Interval): Interval {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

export function scale(interval: Interval, factor: number): Interval {
  const a = interval.low * factor;
  const b = interval.high * factor;
  // "+ 0" turns the -0 of 0 * negative into 0.
  return { low: Math.min(a, b) + 0, high: Math.max(a, b) + 0 };
}

export function narrowestType(min: number, max: number): IntegerType {
  if (min >= -128 && max <= 127) return 'int8';
  if (min >= -32768 && max <= 32767) return 'int16';
  return 'int32';
}

export function channelRange(intervals: readonly Interval[]): ChannelRange {
  const min = intervals.reduce((least, interval) => Math.min(least, interval.low), Infinity);
  const max = intervals.reduce((most, interval) => Math.max(most, interval.high), -Infinity);
  return {
    low: Float64Array.from(intervals, (interval) => interval.low),
    high: Float64Array.from(intervals, (interval) => interval.high),
    min,
    max,
    type: narrowestType(min, max),
  };
}

/** @throws LitesnnError `MODEL_RANGE_TOO_WIDE`, naming the value and its interval. */
export function checkWidth(range: ChannelRange, where: string): ChannelRange {
  if (range.min >= -(2 ** 31) && range.max <= 2 ** 31 - 1) return range;
  throw new LitesnnError(
    'MODEL_RANGE_TOO_WIDE',
    ExitCode.usage,
    `${where} would need more than 32 bits: ${range.min} to ${range.max}`,
    {
      hint: 'use smaller multipliers, narrower weights or fewer inputs',
      details: { where, low: range.min, high: range.max },
    },
  );
}
