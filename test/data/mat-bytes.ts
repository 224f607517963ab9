import { deflateSync } from 'node:zlib';

/** A variable of a MAT-file that tests write, independently of the code under test. */
export interface MatVariable {
  readonly name: string;
  readonly values: readonly number[];
  /** By default a column. */
  readonly dimensions?: readonly number[];
  /** miINT8 1, miUINT8 2, miINT16 3, miUINT16 4, miINT32 5, miUINT32 6, miSINGLE 7, miDOUBLE 9, miINT64 12, miUINT64 13. */
  readonly type?: number;
  /** mxDOUBLE_CLASS 6 by default; 4 is text, 2 a structure. */
  readonly arrayClass?: number;
  readonly complex?: boolean;
}

export interface MatOptions {
  readonly bigEndian?: boolean;
  readonly compressed?: boolean;
  readonly version?: number;
}

const BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 2,
  5: 4,
  6: 4,
  7: 4,
  9: 8,
  12: 8,
  13: 8,
};

export function matBytes(variables: readonly MatVariable[], options: MatOptions = {}): Buffer {
  const { bigEndian = false, compressed = false, version = 0x0100 } = options;
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, written by a test', 'latin1');
  if (bigEndian) header.writeUInt16BE(version, 124);
  else header.writeUInt16LE(version, 124);
  header.write(bigEndian ? 'MI' : 'IM', 126, 'latin1');
  const elements = variables.map((variable) => {
    const matrix = matrixElement(variable, bigEndian);
    if (!compressed) return matrix;
    const packed = deflateSync(matrix);
    return Buffer.concat([words([15, packed.length], bigEndian), packed]);
  });
  return Buffer.concat([header, ...elements]);
}

function matrixElement(variable: MatVariable, bigEndian: boolean): Buffer {
  const { name, values, type = 9, arrayClass = 6, complex = false } = variable;
  const { dimensions = [values.length, 1] } = variable;
  const body = Buffer.concat([
    element(6, words([arrayClass | (complex ? 0x0800 : 0), 0], bigEndian), bigEndian),
    element(5, words(dimensions, bigEndian), bigEndian),
    element(1, Buffer.from(name, 'latin1'), bigEndian),
    element(type, numbers(values, type, bigEndian), bigEndian),
  ]);
  return Buffer.concat([words([14, body.length], bigEndian), body]);
}

/** Up to four bytes go into the tag itself, as the program writes them. */
function element(type: number, data: Buffer, bigEndian: boolean): Buffer {
  if (data.length > 0 && data.length <= 4) {
    const tag = words([(data.length << 16) | type], bigEndian);
    return Buffer.concat([tag, data, Buffer.alloc(4 - data.length)]);
  }
  const padding = Buffer.alloc((8 - (data.length % 8)) % 8);
  return Buffer.concat([words([type, data.length], bigEndian), data, padding]);
}

function words(values: readonly number[], bigEndian: boolean): Buffer {
  return numbers(values, 6, bigEndian);
}

function numbers(values: readonly number[], type: number, bigEndian: boolean): Buffer {
  const size = BYTES[type];
  const bytes = Buffer.alloc(size * values.length);
  values.forEach((value, i) => {
    const at = i * size;
    if (type === 7) bytes.writeFloatLE(value, at);
    else if (type === 9) bytes.writeDoubleLE(value, at);
    else if (type >= 12) bytes.writeBigInt64LE(BigInt(value), at);
    else bytes.writeUIntLE(value < 0 ? value + 2 ** (8 * size) : value, at, size);
    if (bigEndian) bytes.subarray(at, at + size).reverse();
  });
  return bytes;
}
