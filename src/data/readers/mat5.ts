import { problem, type ParseProblem } from '../data-error.js';
import {
  cutOff,
  damaged,
  hasMore,
  MI,
  nextElement,
  type Element,
  type ElementStream,
} from './mat5-element.js';
import { decodeNumbers } from './mat5-numbers.js';

/** A real numeric array of a file. */
export interface MatArray {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** In the order of the file: columns first. */
  readonly values: Float64Array;
}

export interface MatFile {
  readonly ok: true;
  /** Names of everything in the file, whatever its kind. */
  readonly names: readonly string[];
  /** The arrays that were asked for. */
  readonly arrays: readonly MatArray[];
}

const HEADER_BYTES = 128;
const VERSION_AT = 124;
const LEVEL_5 = 0x0100;
const VERSION_7_3 = 0x0200;

/** Numeric classes of arrays, mxDOUBLE_CLASS (6) to mxUINT64_CLASS (15). */
const FIRST_NUMERIC = 6;
const LAST_NUMERIC = 15;
const COMPLEX_FLAG = 0x0800;

/**
 * MAT-file level 5 (versions 5 to 7 of the program) of either byte order, compressed or not.
 * @param wanted names of the arrays whose values are decoded
 * @see https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
 */
export function parseMat5(bytes: Uint8Array, wanted: (name: string) => boolean): MatFile | ParseProblem {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = byteOrder(view);
  if (typeof littleEndian !== 'boolean') return littleEndian;
  const stream: ElementStream = { view, littleEndian, at: HEADER_BYTES };
  const names: string[] = [];
  const arrays: MatArray[] = [];
  while (hasMore(stream)) {
    const element = nextElement(stream);
    if ('ok' in element) return element;
    if (element.type !== MI.MATRIX) continue;
    const array = readMatrix(element, littleEndian, wanted);
    if ('ok' in array) return array;
    names.push(array.name);
    if (array.values !== undefined) arrays.push({ ...array, values: array.values });
  }
  return { ok: true, names, arrays };
}

/** @returns whether the file is little-endian */
function byteOrder(view: DataView): boolean | ParseProblem {
  if (view.byteLength === 0) return problem('DATA_MAT_EMPTY', 'is an empty file');
  if (view.byteLength < HEADER_BYTES) return cutOff(`a MAT-file has a header of ${HEADER_BYTES} bytes`);
  const mark = String.fromCharCode(view.getUint8(126), view.getUint8(127));
  const version = view.getUint16(VERSION_AT, mark === 'IM');
  if ((mark === 'IM' || mark === 'MI') && version === LEVEL_5) return mark === 'IM';
  const hint = 'save it again with: save -v7 file.mat';
  if ((mark === 'IM' || mark === 'MI') && version === VERSION_7_3) {
    return problem('DATA_MAT_VERSION', 'is a MAT-file of version 7.3 (HDF5), which is not read', hint);
  }
  return problem('DATA_MAT_VERSION', 'is no MAT-file of level 5', hint);
}

interface Matrix {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Undefined where the array was not asked for. */
  readonly values: Float64Array | undefined;
}

function readMatrix(
  { data }: Element,
  littleEndian: boolean,
  wanted: (name: string) => boolean,
): Matrix | ParseProblem {
  const stream: ElementStream = { view: data, littleEndian, at: 0 };
  // An empty array in a file may be an element without any content.
  if (!hasMore(stream)) return { name: '', dimensions: [0, 0], values: undefined };
  const parts: Element[] = [];
  for (let i = 0; i < 3; i++) {
    const element = nextElement(stream);
    if ('ok' in element) return element;
    parts.push(element);
  }
  const [flags, sizes, label] = parts;
  if (flags.data.byteLength < 4) return damaged('an array has no flags');
  const bits = flags.data.getUint32(0, littleEndian);
  const dimensions = Array.from({ length: sizes.data.byteLength >>> 2 }, (_, i) =>
    sizes.data.getInt32(4 * i, littleEndian),
  );
  const name = Buffer.from(label.data.buffer, label.data.byteOffset, label.data.byteLength).toString(
    'latin1',
  );
  if (!wanted(name)) return { name, dimensions, values: undefined };

  const kind = bits & 0xff;
  if (kind < FIRST_NUMERIC || kind > LAST_NUMERIC || (bits & COMPLEX_FLAG) !== 0) {
    return problem('DATA_MAT_NOT_NUMERIC', `has a variable ${name} that is no array of real numbers`);
  }
  const numbers = nextElement(stream);
  if ('ok' in numbers) return numbers;
  const values = decodeNumbers(numbers, littleEndian);
  if (values === undefined) return damaged(`variable ${name} has values of an unknown type`);
  const count = dimensions.reduce((product, extent) => product * extent, 1);
  if (dimensions.length < 2 || dimensions.some((extent) => extent < 0) || values.length !== count) {
    const found = `${dimensions.join(' x ')} and ${values.length} values`;
    return damaged(`variable ${name} has dimensions ${found}`);
  }
  return { name, dimensions, values };
}
