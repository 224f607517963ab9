import { MI, type Element } from './mat5-element.js';

type Getter = (view: DataView, at: number, littleEndian: boolean) => number;

/** Bytes of a value, and how to read it. An array may be stored in a smaller type than its own to save space. */
const TYPES: Readonly<Record<number, readonly [bytes: number, get: Getter] | undefined>> = {
  [MI.INT8]: [1, (view, at) => view.getInt8(at)],
  [MI.UINT8]: [1, (view, at) => view.getUint8(at)],
  [MI.INT16]: [2, (view, at, little) => view.getInt16(at, little)],
  [MI.UINT16]: [2, (view, at, little) => view.getUint16(at, little)],
  [MI.INT32]: [4, (view, at, little) => view.getInt32(at, little)],
  [MI.UINT32]: [4, (view, at, little) => view.getUint32(at, little)],
  [MI.SINGLE]: [4, (view, at, little) => view.getFloat32(at, little)],
  [MI.DOUBLE]: [8, (view, at, little) => view.getFloat64(at, little)],
  [MI.INT64]: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  [MI.UINT64]: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

/** Values of a numeric element; undefined for other types and for a length that is no whole number of values. */
export function decodeNumbers({ type, data }: Element, littleEndian: boolean): Float64Array | undefined {
  const found = TYPES[type];
  if (found === undefined) return undefined;
  const [bytes, get] = found;
  if (data.byteLength % bytes !== 0) return undefined;
  return Float64Array.from({ length: data.byteLength / bytes }, (_, i) => get(data, i * bytes, littleEndian));
}
