import type { KeyObject } from 'node:crypto';
import type { McubootSpec, Target } from '../../targets/target.js';
import { checkImage } from '../image-check.js';
import { flashError } from '../stm32-uart/loader-errors.js';
import { isMcubootImage, type McubootImage, NON_BOOTABLE_FLAG, readMcubootImage } from './image-format.js';
import type { ImageVersion } from './image-version.js';
import { checkDigest, signImage, verifyImage } from './sign.js';
import { trailerBytes } from './trailer.js';

export interface SigningOptions {
  /** Private key, for firmware that is not signed yet; a signed image is checked against it. */
  readonly key?: KeyObject | undefined;
  readonly version?: ImageVersion | undefined;
  readonly securityCounter?: number | undefined;
}

export interface PreparedImage {
  /** What is uploaded. */
  readonly file: Uint8Array;
  readonly image: McubootImage;
}

const DEFAULT_VERSION: ImageVersion = { major: 0, minor: 0, revision: 0, build: 0 };

/**
 * A signed image for the target's slot, out of one, or out of firmware and a key. Rejects what MCUboot would not start, before
 * the device is spoken to: FLASH_NOT_SIGNED, FLASH_WRONG_IMAGE, FLASH_IMAGE_TOO_LARGE, MCUBOOT_IMAGE (exit 7).
 */
export function prepareImage(
  bytes: Uint8Array,
  target: Target,
  spec: McubootSpec,
  { key, version = DEFAULT_VERSION, securityCounter }: SigningOptions,
): PreparedImage {
  const counter = securityCounter === undefined ? {} : { securityCounter };
  const signed = isMcubootImage(bytes);
  if (!signed && key === undefined) {
    throw flashError(
      'FLASH_NOT_SIGNED',
      'MCUboot starts signed images only',
      'name the key: --key key.pem (litesnn mcuboot keygen makes one)',
    );
  }
  if (!signed) checkImage(bytes, target);
  const file =
    signed || key === undefined
      ? bytes
      : signImage(bytes, { key, version, headerBytes: spec.headerBytes, ...counter });
  const image = readMcubootImage(file);
  checkFits(image, target, spec);
  if (key === undefined) checkDigest(image);
  else verifyImage(file, image, key);
  return { file: file.subarray(0, image.bytes), image };
}

function checkFits(
  image: McubootImage,
  target: Target,
  { headerBytes, slotBytes, align = 8 }: McubootSpec,
): void {
  if (image.headerBytes !== headerBytes || (image.flags & NON_BOOTABLE_FLAG) !== 0) {
    throw flashError(
      'FLASH_WRONG_IMAGE',
      `the image has a header of ${image.headerBytes} bytes, ${target.name} needs one of ${headerBytes}`,
      'sign it for this board: litesnn mcuboot sign --target <board>',
    );
  }
  checkImage(image.firmware, target);
  const room = slotBytes - trailerBytes(align);
  if (image.bytes > room) {
    throw flashError(
      'FLASH_IMAGE_TOO_LARGE',
      `the signed image has ${image.bytes} bytes, the slot of ${target.name} has ${room} for it`,
      'search with a smaller flash budget, or take a larger board',
      { imageBytes: image.bytes, flashBytes: room },
    );
  }
}
