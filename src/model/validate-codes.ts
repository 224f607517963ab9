import { demand } from './demand.js';
import type { WeightBits } from './types.js';

/** Weight codes of one edge or the head: how many, and which values `bits` allows. */
export function validateCodes(codes: Int8Array, bits: WeightBits, expected: number, where: string): void {
  demand([1, 2, 4, 8].includes(bits), 'MODEL_BITS', `${where}: bits is ${bits}, not 1, 2, 4 or 8`);
  demand(
    codes.length === expected,
    'MODEL_CODES_LENGTH',
    `${where}: ${codes.length} weights, not ${expected}`,
  );
  const wrong = codes.findIndex((code) => !isLegalCode(code, bits));
  demand(
    wrong < 0,
    'MODEL_CODE_VALUE',
    `${where}: weight ${wrong} is ${codes[wrong]}, which ${bits} bits do not have`,
  );
}

/** 1, 2, 4 bits: 0 (pruned) or odd within +-(2^bits - 1); 8 bits: -127..127. */
export function isLegalCode(code: number, bits: WeightBits): boolean {
  if (bits === 8) return code >= -127;
  return code === 0 || (code % 2 !== 0 && Math.abs(code) < 2 ** bits);
}
