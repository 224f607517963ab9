/**
 * Bytes of stored weights that one of these parts of the work reads (templates/runtime; a group is 32 channels, a half 16): planes
 * hold a bit a channel, nibbles half a byte, bytes and lanes one; a stem's product is 8 channels of a pair of 16-bit taps.
 */
const BYTES: Readonly<Record<string, number>> = {
  'row-planes.event': 4,
  'row-planes.halfEvent': 2,
  'row-nibbles.event': 16,
  'row-nibbles.halfEvent': 8,
  'row-bytes.event': 32,
  'row-bytes.halfEvent': 16,
  'lanes.eventBlock': 32,
  'lanes.eventHalf': 16,
  'lanes.eventQuad': 4,
  'rows.product': 1,
  'depthwise.event': 1,
  'row-depthwise.event': 1,
  'input-dense.product': 1,
  'input-depthwise.product': 1,
  'input-pairs.product': 32,
  'reference.product': 1,
  'head.product': 1,
};

/** Zero for parts that read none. */
export function weightBytesRead(part: string): number {
  return BYTES[part] ?? 0;
}
