import { inflateSync } from 'node:zlib';
import { problem, type ParseProblem } from '../data-error.js';

/** Types of data elements (MAT-File Format, table 1-1). */
export const MI = {
  INT8: 1,
  UINT8: 2,
  INT16: 3,
  UINT16: 4,
  INT32: 5,
  UINT32: 6,
  SINGLE: 7,
  DOUBLE: 9,
  INT64: 12,
  UINT64: 13,
  MATRIX: 14,
  COMPRESSED: 15,
} as const;

export interface Element {
  readonly type: number;
  /** The element's data without its tag and padding. */
  readonly data: DataView;
}

/** Position in a stretch of elements, and the byte order of the file. */
export interface ElementStream {
  readonly view: DataView;
  readonly littleEndian: boolean;
  at: number;
}

const TAG_BYTES = 8;
const SMALL_TAG_BYTES = 4;

/** A recording is far smaller; keeps a damaged or hostile file from filling the memory. */
const MAX_INFLATED_BYTES = 0x3fffffff;

export function hasMore({ view, at }: ElementStream): boolean {
  return at < view.byteLength;
}

/** Reads the next element and moves behind it; a compressed one is inflated to the element that it holds. */
export function nextElement(stream: ElementStream): Element | ParseProblem {
  const { view, littleEndian, at } = stream;
  if (view.byteLength - at < TAG_BYTES) return cutOff('inside the tag of an element');
  const first = view.getUint32(at, littleEndian);
  const smallBytes = first >>> 16;
  // Small elements keep size and type in one word and up to four bytes of data in the other.
  if (smallBytes !== 0) {
    if (smallBytes > SMALL_TAG_BYTES) {
      return damaged(`an element at byte ${at} has an impossible tag`);
    }
    stream.at = at + TAG_BYTES;
    return { type: first & 0xffff, data: part(view, at + SMALL_TAG_BYTES, smallBytes) };
  }
  const bytes = view.getUint32(at + 4, littleEndian);
  const start = at + TAG_BYTES;
  const there = view.byteLength - start;
  if (bytes > there) return cutOff(`an element promises ${bytes} bytes, there are ${there}`);
  const data = part(view, start, bytes);
  if (first === MI.COMPRESSED) {
    // The only elements that are not padded to eight bytes.
    stream.at = start + bytes;
    return inflated(data, littleEndian);
  }
  stream.at = Math.min(view.byteLength, start + Math.ceil(bytes / 8) * 8);
  return { type: first, data };
}

function inflated(data: DataView, littleEndian: boolean): Element | ParseProblem {
  const packed = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(packed, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    return damaged('a compressed variable cannot be unpacked');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= TAG_BYTES && view.getUint32(0, littleEndian) === MI.COMPRESSED) {
    return damaged('a compressed variable holds another compressed one');
  }
  return nextElement({ view, littleEndian, at: 0 });
}

function part(view: DataView, start: number, bytes: number): DataView {
  return new DataView(view.buffer, view.byteOffset + start, bytes);
}

export function cutOff(what: string): ParseProblem {
  return problem('DATA_MAT_TRUNCATED', `is truncated: ${what}`, 'copy or fetch the file again');
}

export function damaged(what: string): ParseProblem {
  return problem('DATA_MAT_DAMAGED', `is damaged: ${what}`, 'fetch the file again, or skip bad files');
}
