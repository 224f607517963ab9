import { createHash } from 'node:crypto';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { ImageVersion } from './image-version.js';

/** MCUboot's image (its docs/design.md, "Image Format"); everything is little-endian. */
export const IMAGE_MAGIC = 0x96f3b83d;
export const HEADER_FIELDS_BYTES = 32;
export const TLV_INFO_BYTES = 4;
export const TLV_MAGIC = 0x6907;
export const PROTECTED_TLV_MAGIC = 0x6908;
export const NON_BOOTABLE_FLAG = 0x10;

export const TlvType = {
  keyHash: 0x01,
  sha256: 0x10,
  ecdsa: 0x22,
  ed25519: 0x24,
  securityCounter: 0x50,
} as const;

export interface Tlv {
  readonly type: number;
  readonly value: Uint8Array;
}

export interface McubootImage {
  readonly version: ImageVersion;
  readonly headerBytes: number;
  readonly flags: number;
  /** What runs, without header and TLVs. */
  readonly firmware: Uint8Array;
  readonly protectedTlvs: readonly Tlv[];
  readonly tlvs: readonly Tlv[];
  /** SHA-256 of header, firmware and protected TLVs, computed here. */
  readonly digest: Uint8Array;
  /** All bytes that belong to the image; a file may be padded after them. */
  readonly bytes: number;
}

export function isMcubootImage(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_FIELDS_BYTES && viewOf(bytes).getUint32(0, true) === IMAGE_MAGIC;
}

/**
 * Takes an image apart; sizes are checked, signatures are not (see `verifyImage`).
 * @throws LitesnnError MCUBOOT_IMAGE (exit 7)
 */
export function readMcubootImage(bytes: Uint8Array): McubootImage {
  if (!isMcubootImage(bytes)) throw invalidImage('it does not begin with the magic of an MCUboot image');
  const view = viewOf(bytes);
  const headerBytes = view.getUint16(8, true);
  const protectedBytes = view.getUint16(10, true);
  const firmwareBytes = view.getUint32(12, true);
  const signedBytes = headerBytes + firmwareBytes;
  if (headerBytes < HEADER_FIELDS_BYTES || signedBytes + protectedBytes > bytes.length) {
    throw invalidImage('its header tells more bytes than there are');
  }
  const protectedArea = readTlvs(bytes, signedBytes, protectedBytes > 0 ? PROTECTED_TLV_MAGIC : undefined);
  if (protectedArea.bytes !== protectedBytes) throw invalidImage('its protected TLVs have another length');
  const plain = readTlvs(bytes, signedBytes + protectedBytes, TLV_MAGIC);
  return {
    version: {
      major: view.getUint8(20),
      minor: view.getUint8(21),
      revision: view.getUint16(22, true),
      build: view.getUint32(24, true),
    },
    headerBytes,
    flags: view.getUint32(16, true),
    firmware: bytes.subarray(headerBytes, signedBytes),
    protectedTlvs: protectedArea.tlvs,
    tlvs: plain.tlvs,
    digest: createHash('sha256')
      .update(bytes.subarray(0, signedBytes + protectedBytes))
      .digest(),
    bytes: signedBytes + protectedBytes + plain.bytes,
  };
}

/** The security counter that stands in the image against going back to an older one; undefined where there is none. */
export function securityCounterOf({ protectedTlvs }: McubootImage): number | undefined {
  const entry = findTlv(protectedTlvs, TlvType.securityCounter);
  return entry?.length === 4 ? viewOf(entry).getUint32(0, true) : undefined;
}

export function findTlv(tlvs: readonly Tlv[], type: number): Uint8Array | undefined {
  return tlvs.find((entry) => entry.type === type)?.value;
}

/** An area of TLVs with its info header; nothing for an empty protected one. */
export function encodeTlvs(magic: number, tlvs: readonly Tlv[]): Uint8Array {
  const total = tlvs.reduce((sum, { value }) => sum + TLV_INFO_BYTES + value.length, TLV_INFO_BYTES);
  const area = new Uint8Array(total);
  const view = viewOf(area);
  view.setUint16(0, magic, true);
  view.setUint16(2, total, true);
  let position = TLV_INFO_BYTES;
  for (const { type, value } of tlvs) {
    view.setUint16(position, type, true);
    view.setUint16(position + 2, value.length, true);
    area.set(value, position + TLV_INFO_BYTES);
    position += TLV_INFO_BYTES + value.length;
  }
  return area;
}

/** `magic` undefined: there is no such area. */
function readTlvs(
  bytes: Uint8Array,
  start: number,
  magic: number | undefined,
): { tlvs: Tlv[]; bytes: number } {
  const tlvs: Tlv[] = [];
  if (magic === undefined) return { tlvs, bytes: 0 };
  const view = viewOf(bytes);
  if (start + TLV_INFO_BYTES > bytes.length || view.getUint16(start, true) !== magic) {
    throw invalidImage('its TLVs are not where they belong');
  }
  const total = view.getUint16(start + 2, true);
  const end = start + total;
  if (total < TLV_INFO_BYTES || end > bytes.length) throw invalidImage('its TLVs are cut off');
  for (let position = start + TLV_INFO_BYTES; position < end;) {
    if (position + TLV_INFO_BYTES > end) throw invalidImage('a TLV is cut off');
    const valueStart = position + TLV_INFO_BYTES;
    const valueEnd = valueStart + view.getUint16(position + 2, true);
    if (valueEnd > end) throw invalidImage('a TLV is longer than its area');
    tlvs.push({ type: view.getUint16(position, true), value: bytes.subarray(valueStart, valueEnd) });
    position = valueEnd;
  }
  return { tlvs, bytes: total };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function invalidImage(why: string): LitesnnError {
  return new LitesnnError('MCUBOOT_IMAGE', ExitCode.flash, `this is no valid MCUboot image: ${why}`, {
    hint: 'sign the firmware again: litesnn mcuboot sign',
  });
}
