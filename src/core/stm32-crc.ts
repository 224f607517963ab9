import crc32mpeg2 from 'crc/calculators/crc32mpeg2';

/**
 * The CRC unit of STM32 parts over whole little-endian words: polynomial 04C11DB7, initial value FFFFFFFF, not reflected, no
 * final xor (AN3155, command A1; docs/bootloader.md). That is CRC-32/MPEG-2 over the bytes in reverse within every word.
 */
export function stm32Crc(bytes: Uint8Array): number {
  if (bytes.length % 4 !== 0) throw new RangeError(`${bytes.length} bytes are not whole words`);
  return crc32mpeg2(Buffer.from(bytes).swap32(), 0xffff_ffff) >>> 0;
}
