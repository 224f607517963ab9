/** End of an MCUboot slot whose image was marked (its docs/design.md, "Image Trailer"). */
const MAGIC_ALIGN_8 = Uint8Array.of(
  ...[0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80],
);
const MAGIC_WIDE_TAIL = Uint8Array.of(
  ...[0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a],
);

/** Sectors whose swap status a default build of MCUboot keeps. */
const STATUS_SECTORS = 128;

export function trailerMagic(align: number): Uint8Array {
  return align === 8 ? MAGIC_ALIGN_8 : Uint8Array.of(align & 0xff, align >> 8, ...MAGIC_WIDE_TAIL);
}

/** What the end of a slot must keep free: magic, image_ok, copy_done, swap info, swap size and swap status. */
export function trailerBytes(align: number): number {
  return Math.max(16, align) + 4 * align + STATUS_SECTORS * 3 * align;
}
