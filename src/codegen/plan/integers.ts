import { narrowestType, type IntegerType } from '../../model/interval.js';
import type { LaneCode, MultiplierPlan } from './types.js';

/** Narrowest signed type that holds all values (and 0). */
export function typeOf(values: Int32Array): IntegerType {
  return narrowestType(
    values.reduce((low, value) => Math.min(low, value), 0),
    values.reduce((high, value) => Math.max(high, value), 0),
  );
}

export function bytesOf(type: IntegerType): number {
  return { int8: 1, int16: 2, int32: 4 }[type];
}

export function planMultiplier(multiplier: Int32Array): MultiplierPlan {
  const [first] = multiplier;
  if (multiplier.every((value) => value === first)) return { kind: 'uniform', value: first };
  return { kind: 'table', type: typeOf(multiplier) };
}

/** A lane must take several rows before it is emptied, or rows of signed bytes are as fast. */
const SHORTEST_BURST = 4;
const LANE_LIMIT = 255;

/**
 * Codes as unsigned lanes, so that adding a word adds four of them without a carry. Where all codes are odd (no weight is
 * pruned) only every second value occurs, and the lanes are half as large. Undefined where the codes are too large.
 */
export function planLanes(codes: Int8Array): LaneCode | undefined {
  const bias = codes.reduce((largest, code) => Math.max(largest, Math.abs(code)), 0);
  const step = codes.every((code) => Math.abs(code) % 2 === 1) ? 2 : 1;
  const largestLane = (2 * bias) / step;
  const burst = largestLane === 0 ? LANE_LIMIT : Math.min(LANE_LIMIT, Math.floor(LANE_LIMIT / largestLane));
  return burst < SHORTEST_BURST ? undefined : { step, bias, burst };
}
