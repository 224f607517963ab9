/** Logarithms are in 2^-8. */
export const LOG_ONE = 256;

const TABLE_BITS = 8;
const TWO_32 = 2 ** 32;

/** `round(256 log2(1 + (i + 0.5) / 256))`: the middle of each of 256 steps of the mantissa. */
const MANTISSA = Uint16Array.from({ length: 1 << TABLE_BITS }, (_, i) =>
  Math.round(LOG_ONE * Math.log2(1 + (i + 0.5) / (1 << TABLE_BITS))),
);

/**
 * `256 log2(value)` to within 1.3 (0.005 octaves), 0 for 0: the position of the highest bit, and a table for the eight bits below.
 * @param value integer, 0..2^53 - 1
 */
export function log2Q8(value: number): number {
  if (value < 1) return 0;
  const high = Math.floor(value / TWO_32);
  const exponent = high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
  const mantissa = Math.floor(value * 2 ** (TABLE_BITS - exponent)) & 0xff;
  return exponent * LOG_ONE + MANTISSA[mantissa];
}
