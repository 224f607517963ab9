import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import {
  encodeTlvs,
  findTlv,
  HEADER_FIELDS_BYTES,
  IMAGE_MAGIC,
  invalidImage,
  type McubootImage,
  PROTECTED_TLV_MAGIC,
  TLV_MAGIC,
  TlvType,
  viewOf,
} from './image-format.js';
import type { ImageVersion } from './image-version.js';
import { keyHash, keyKindOf } from './keys.js';

export interface SignOptions {
  readonly version: ImageVersion;
  readonly key: KeyObject;
  /** A multiple of 32; the firmware's vector table follows it. */
  readonly headerBytes: number;
  /** Against going back: MCUboot starts no image with a smaller one than the largest it has seen. 0..2^32 - 1. */
  readonly securityCounter?: number;
}

/** Header, firmware and TLVs, as imgtool's `sign --pad-header` makes them (header filled up with FF). */
export function signImage(firmware: Uint8Array, options: SignOptions): Uint8Array {
  const counter = options.securityCounter;
  const protectedArea =
    counter === undefined
      ? new Uint8Array(0)
      : encodeTlvs(PROTECTED_TLV_MAGIC, [{ type: TlvType.securityCounter, value: littleEndian32(counter) }]);
  const body = Buffer.concat([
    header(firmware.length, protectedArea.length, options),
    firmware,
    protectedArea,
  ]);
  const digest = createHash('sha256').update(body).digest();
  const { key } = options;
  const isEd25519 = keyKindOf(key) === 'ed25519';
  const tlvs = encodeTlvs(TLV_MAGIC, [
    { type: TlvType.sha256, value: digest },
    { type: TlvType.keyHash, value: keyHash(key) },
    // Ed25519 takes the digest for its message; ECDSA signs over the same bytes, whose SHA-256 the digest is.
    isEd25519
      ? { type: TlvType.ed25519, value: sign(null, digest, key) }
      : { type: TlvType.ecdsa, value: sign('sha256', body, key) },
  ]);
  return Buffer.concat([body, tlvs]);
}

/**
 * What MCUboot checks before it starts an image: digest, key and signature.
 * @throws LitesnnError MCUBOOT_IMAGE (exit 7)
 */
export function verifyImage(bytes: Uint8Array, image: McubootImage, key: KeyObject): void {
  const { tlvs, digest } = image;
  checkDigest(image);
  if (!isEqual(findTlv(tlvs, TlvType.keyHash), keyHash(key))) throw invalidImage('another key signed it');
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  const isEd25519 = keyKindOf(key) === 'ed25519';
  const signature = findTlv(tlvs, isEd25519 ? TlvType.ed25519 : TlvType.ecdsa);
  if (signature === undefined) throw invalidImage('it is not signed');
  const right = isEd25519
    ? verify(null, digest, publicKey, signature)
    : verify('sha256', bytes.subarray(0, signedLength(image)), publicKey, signature);
  if (!right) throw invalidImage('its signature is wrong');
}

/** @throws LitesnnError MCUBOOT_IMAGE (exit 7) where the image is not what its hash says */
export function checkDigest({ tlvs, digest }: McubootImage): void {
  if (!isEqual(findTlv(tlvs, TlvType.sha256), digest)) throw invalidImage('its hash is wrong');
}

function signedLength({ headerBytes, firmware, protectedTlvs }: McubootImage): number {
  const area = protectedTlvs.length === 0 ? 0 : encodeTlvs(PROTECTED_TLV_MAGIC, protectedTlvs).length;
  return headerBytes + firmware.length + area;
}

function isEqual(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}

function header(
  firmwareBytes: number,
  protectedBytes: number,
  { version, headerBytes }: SignOptions,
): Uint8Array {
  const bytes = new Uint8Array(headerBytes).fill(0xff).fill(0, 0, HEADER_FIELDS_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, IMAGE_MAGIC, true);
  view.setUint16(8, headerBytes, true);
  view.setUint16(10, protectedBytes, true);
  view.setUint32(12, firmwareBytes, true);
  view.setUint8(20, version.major);
  view.setUint8(21, version.minor);
  view.setUint16(22, version.revision, true);
  view.setUint32(24, version.build, true);
  return bytes;
}

function littleEndian32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, value, true);
  return bytes;
}
