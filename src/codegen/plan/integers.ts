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
  const { step, bias, largest } = laneCode(codes);
  const burst = largest === 0 ? LANE_LIMIT : Math.min(LANE_LIMIT, Math.floor(LANE_LIMIT / largest));
  return burst < SHORTEST_BURST ? undefined : { step, bias, burst };
}

/** `code = lane * step - bias` with the smallest lanes, 0 to `largest`. */
export function laneCode(codes: Int8Array): {
  readonly step: 1 | 2;
  readonly bias: number;
  readonly largest: number;
} {
  const bias = codes.reduce((most, code) => Math.max(most, Math.abs(code)), 0);
  const step = codes.every((code) => Math.abs(code) % 2 === 1) ? 2 : 1;
  return { step, bias, largest: (2 * bias) / step };
}
