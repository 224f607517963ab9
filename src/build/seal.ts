import { join } from 'node:path';
import { stm32Crc } from '../core/stm32-crc.js';
import { readBytes, writeAtomic } from '../core/files.js';
import { useTool, type ToolRun } from './tools.js';

export interface SealedFiles {
  readonly elf: string;
  readonly bin: string;
  readonly hex: string;
}

/**
 * Puts the CRC of everything before it into the last word of the image, then makes all three files from the same ELF. The
 * length is in the image already: the linker knows it.
 */
export async function sealImage(linkedElf: string, run: ToolRun): Promise<SealedFiles> {
  const files = { elf: 'build/firmware.elf', bin: 'build/firmware.bin', hex: 'build/firmware.hex' };
  const linkedBin = 'build/firmware.linked.bin';
  const crcFile = 'build/image_crc.bin';
  await useTool('objcopy', ['-O', 'binary', linkedElf, linkedBin], run);
  const linked = readBytes(join(run.folder, linkedBin));
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(stm32Crc(linked.subarray(0, linked.length - 4)));
  writeAtomic(join(run.folder, crcFile), crc);
  await useTool('objcopy', ['--update-section', `.image_crc=${crcFile}`, linkedElf, files.elf], run);
  await useTool('objcopy', ['-O', 'binary', files.elf, files.bin], run);
  await useTool('objcopy', ['-O', 'ihex', files.elf, files.hex], run);
  return files;
}
