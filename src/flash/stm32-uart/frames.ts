/** What goes to the loader, byte for byte (AN3155). Pure functions; everything on the wire is big-endian. */

export const Command = {
  get: 0x00,
  getVersion: 0x01,
  getId: 0x02,
  read: 0x11,
  go: 0x21,
  write: 0x31,
  erase: 0x43,
  extendedErase: 0x44,
  getChecksum: 0xa1,
} as const;

export type CommandCode = (typeof Command)[keyof typeof Command];

/** The byte from which a ROM measures the baud rate. */
export const SYNC_FRAME = Uint8Array.of(0x7f);

/** A pair that no command is: answered by NACK by a loader that waits for a command. */
export const RESYNC_FRAME = Uint8Array.of(0xff, 0x00);

export const MAX_BLOCK_BYTES = 256;

/** Real ROMs take 511 or 512 pages a command; stm32flash splits here as well. */
export const MAX_EXTENDED_PAGES = 511;

/** A count byte of FF would mean "all". */
export const MAX_LEGACY_PAGES = 255;

export function xorOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}

function withXor(head: readonly number[], data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const frame = new Uint8Array(head.length + data.length + 1);
  frame.set(head);
  frame.set(data, head.length);
  frame[frame.length - 1] = xorOf(frame);
  return frame;
}

function bigEndian32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function bigEndian16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function commandFrame(code: number): Uint8Array {
  return Uint8Array.of(code, code ^ 0xff);
}

export function addressFrame(address: number): Uint8Array {
  return withXor(bigEndian32(address));
}

/** For Read: `count` is 1..256. A block of one byte has its complement for a checksum. */
export function readLengthFrame(count: number): Uint8Array {
  return Uint8Array.of(count - 1, (count - 1) ^ 0xff);
}

/** For Write: 1..256 bytes. */
export function writeDataFrame(data: Uint8Array): Uint8Array {
  return withXor([data.length - 1], data);
}

/** For Get Checksum: length in bytes, a multiple of 4. */
export function checksumLengthFrame(length: number): Uint8Array {
  return withXor(bigEndian32(length));
}

/** For Extended Erase: 1..511 pages. */
export function extendedEraseFrame(pages: readonly number[]): Uint8Array {
  return withXor([...bigEndian16(pages.length - 1), ...pages.flatMap(bigEndian16)]);
}

/** For Erase: 1..255 pages numbered below 256. */
export function legacyEraseFrame(pages: readonly number[]): Uint8Array {
  return withXor([pages.length - 1, ...pages]);
}
