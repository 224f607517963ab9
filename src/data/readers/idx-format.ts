import { problem, type ParseProblem } from '../data-error.js';

export interface IdxTensor {
  readonly ok: true;
  readonly sizes: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * An IDX file of unsigned bytes: two zero bytes, the type, the number of dimensions, each size as a big-endian 32-bit number, then
 * the values (http://yann.lecun.com/exdb/mnist).
 * @param dimensions 3 for images `[count][height][width]`, 1 for labels
 */
export function parseIdx(bytes: Uint8Array, dimensions: number): IdxTensor | ParseProblem {
  const expected = (UNSIGNED_BYTE << 8) | dimensions;
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length < 4) return problem('DATA_IDX_SHORT', `is no IDX file: it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, false);
  if (magic !== expected) {
    const text = `has the magic number ${hex(magic)}, an IDX file of ${dimensions} dimension(s) has ${hex(expected)}`;
    return problem('DATA_IDX_MAGIC', text, 'images and labels may be exchanged');
  }
  if (bytes.length < headerBytes) return problem('DATA_IDX_SHORT', 'is cut off in its header');
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i, false));
  const values = sizes.reduce((product, size) => product * size, 1);
  const there = bytes.length - headerBytes;
  if (values === 0) return problem('DATA_IDX_EMPTY', `holds nothing: its sizes are ${sizes.join(' x ')}`);
  if (there !== values) {
    const text = `promises ${values} values (${sizes.join(' x ')}), there are ${there}`;
    return problem(there < values ? 'DATA_IDX_SHORT' : 'DATA_IDX_LONG', text, 'fetch the file again');
  }
  return { ok: true, sizes, data: bytes.subarray(headerBytes) };
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
