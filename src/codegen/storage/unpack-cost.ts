/** Code of litesnn_unpack.c (GCC 12 -O3: 790 to 836 bytes), which is there only where something is packed. */
export const UNPACK_CODE_BYTES = 850;

/** Instructions of litesnn_unpack.c on a Cortex-M4 (measured: 68 to 106 a weight), for each number that is read and each field that is written. */
const READ = 30;
const FIELD = 42;

/** What unpacking a table takes when the firmware starts. @param reads symbols and numbers in the stream */
export function unpackInstructions(reads: number, fields: number): number {
  return READ * reads + FIELD * fields;
}
