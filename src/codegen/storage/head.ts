import { SCALE_BITS } from './state-coder.js';

/** Widths of the numbers before the weights; litesnn_unpack.c reads them in the order of `writeHead` (pack.ts). */
export const HEAD = {
  wordElements: 1,
  fieldBitsLog: 3,
  zeroFrequency: SCALE_BITS,
  spacing: 1,
  rawBits: 4,
  highBits: 3,
  rowFields: 5,
  segments: 3,
  whole: 1,
  segmentRows: 24,
} as const;
