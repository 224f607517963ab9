/** Command codes of the PPK2, host to device (docs/measuring.md). */
export const Ppk2Command = {
  averageStart: 0x06,
  averageStop: 0x07,
  deviceRunning: 0x0c,
  regulatorSet: 0x0d,
  setPowerMode: 0x11,
  getMetadata: 0x19,
  reset: 0x20,
  setUserGains: 0x25,
} as const;

export const Ppk2Mode = { ampere: 1, source: 2 } as const;

export const PPK2_SAMPLE_HZ = 100_000;
export const PPK2_LEAST_MILLIVOLTS = 800;
export const PPK2_MOST_MILLIVOLTS = 5000;

/** REGULATOR_SET; the voltage is big endian, unlike everything else. */
export function regulatorSet(millivolts: number): Uint8Array {
  return Uint8Array.of(Ppk2Command.regulatorSet, millivolts >> 8, millivolts & 0xff);
}
