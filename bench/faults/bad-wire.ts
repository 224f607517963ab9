import { Random } from '../../src/core/random.js';

export type WireFault = 'flip' | 'drop' | 'duplicate' | 'truncate';
export const WIRE_FAULTS: readonly WireFault[] = ['flip', 'drop', 'duplicate', 'truncate'];

/** Bytes as a bad wire delivers them: each is hit with the same probability. */
export function damaged(bytes: Uint8Array, fault: WireFault, rate: number, random: Random): Uint8Array {
  const out: number[] = [];
  let hit = false;
  for (const byte of bytes) {
    if (random.uniform() >= rate) {
      out.push(byte);
      continue;
    }
    hit = true;
    if (fault === 'flip') out.push(byte ^ (1 << random.integer(0, 7)));
    else if (fault === 'duplicate') out.push(byte, byte);
    // The rest of what was sent together is lost.
    else if (fault === 'truncate') break;
  }
  return hit ? Uint8Array.from(out) : bytes;
}
