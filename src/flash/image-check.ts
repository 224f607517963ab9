import type { MemoryRegion, Target } from '../targets/target.js';
import { flashError } from './stm32-uart/loader-errors.js';
import { stm32Crc } from '../core/stm32-crc.js';

/** Initial stack pointer and reset vector, the least an image of a Cortex-M has. */
const LEAST_BYTES = 8;

/** See docs/bootloader.md: "LSNN" in the reserved vector at 0x20; the image's length at 0x1C; CRC in its last word. */
const LENGTH_OFFSET = 0x1c;
const MAGIC_OFFSET = 0x20;
const MAGIC = 0x4e4e534c;

const WRONG_IMAGE_HINT = 'build the image for this board: litesnn build --target <board>';

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function contains(region: MemoryRegion, address: number): boolean {
  return address >= region.origin && address < region.origin + region.bytes;
}

function checkVectors(image: DataView, target: Target): void {
  const stack = image.getUint32(0, true);
  // The stack pointer is one past the first word that is pushed: the end of the memory is right, its start is not.
  if (!contains(target.memory.ram, stack - 1) || stack % 4 !== 0) {
    const message = `the image's stack pointer ${hex(stack)} is not in the RAM of ${target.name}`;
    throw flashError('FLASH_WRONG_IMAGE', message, WRONG_IMAGE_HINT);
  }
  const reset = image.getUint32(4, true);
  if (!contains({ origin: target.memory.flash.origin, bytes: image.byteLength }, reset) || reset % 2 === 0) {
    const message = `the image's reset vector ${hex(reset)} is not in the image at ${hex(target.memory.flash.origin)} of ${target.name}`;
    throw flashError('FLASH_WRONG_IMAGE', message, WRONG_IMAGE_HINT);
  }
}

/** The resident boot loader starts nothing else; better to say so before the old application is erased. */
function checkTrailer(image: DataView, bytes: Uint8Array): void {
  const invalid = (why: string): Error =>
    flashError(
      'FLASH_IMAGE_INVALID',
      `the resident boot loader would not start this image: ${why}`,
      WRONG_IMAGE_HINT,
    );
  if (image.byteLength < MAGIC_OFFSET + 8 || image.getUint32(MAGIC_OFFSET, true) !== MAGIC)
    throw invalid('no magic word');
  const length = image.getUint32(LENGTH_OFFSET, true);
  if (length % 4 !== 0 || length < MAGIC_OFFSET + 8 || length > image.byteLength)
    throw invalid(`its length is ${length}`);
  const body = bytes.subarray(0, length - 4);
  if (stm32Crc(body) !== image.getUint32(length - 4, true)) throw invalid('its CRC is wrong');
}

/**
 * Refuses an image that is not this target's, before anything is erased: `FLASH_IMAGE_TOO_LARGE`,
 * `FLASH_WRONG_IMAGE`, `FLASH_IMAGE_INVALID` (exit code 7).
 */
export function checkImage(image: Uint8Array, target: Target): void {
  const { flash } = target.memory;
  if (image.length > flash.bytes) {
    const message = `the image has ${image.length} bytes, ${target.name} has ${flash.bytes} bytes of flash for it`;
    throw flashError(
      'FLASH_IMAGE_TOO_LARGE',
      message,
      'search with a smaller flash budget, or take a larger board',
      {
        imageBytes: image.length,
        flashBytes: flash.bytes,
      },
    );
  }
  if (image.length < LEAST_BYTES) {
    throw flashError('FLASH_WRONG_IMAGE', `the image has only ${image.length} bytes`, WRONG_IMAGE_HINT);
  }
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  checkVectors(view, target);
  if (target.memory.bootloaderFlash !== undefined) checkTrailer(view, image);
}
