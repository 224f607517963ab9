import type { DenseTable } from './dense-table.js';
import { HEAD } from './head.js';
import { fullMask } from './segments.js';
import { SCALE, SCALE_BITS, StateReader } from './state-coder.js';

interface Head {
  readonly wordElements: boolean;
  readonly fieldBits: number;
  readonly zeroFrequency: number;
  readonly zeroField: number;
  readonly base: number;
  readonly spacing: number;
  readonly rawBits: number;
  readonly frequencies: readonly number[];
  readonly rowFields: number;
  readonly absent: number;
  readonly whole: boolean;
  readonly segments: number;
}

/** The table of `elements` elements that was packed into these bytes; what litesnn_unpack.c makes of them. */
export function unpackValues(bytes: Uint8Array, elements: number): DenseTable['values'] {
  const reader = new StateReader(bytes);
  const head = readHead(reader);
  const { wordElements, fieldBits, rowFields } = head;
  const values = wordElements ? new Uint32Array(elements) : new Int8Array(elements);
  const perElement = (wordElements ? 32 : 8) / fieldBits;
  const fields = elements * perElement;
  let field = 0;
  for (let left = head.segments; left > 0; left--) {
    const rows = left > 1 ? reader.number(HEAD.segmentRows) : Infinity;
    const mask = head.whole ? fullMask(rowFields) : reader.number(rowFields);
    for (let row = 0; row < rows && field < fields; row++) {
      for (let i = 0; i < rowFields && field < fields; i++, field++) {
        const present = Math.floor(mask / 2 ** i) % 2 === 1;
        const value = present ? readWeight(reader, head) : head.absent;
        values[Math.floor(field / perElement)] |= value << (fieldBits * (field % perElement));
      }
    }
  }
  return values;
}

function readHead(reader: StateReader): Head {
  const wordElements = reader.number(HEAD.wordElements) === 1;
  const fieldBits = 2 ** reader.number(HEAD.fieldBitsLog);
  const zeroFrequency = reader.number(HEAD.zeroFrequency);
  const zeroField = zeroFrequency === 0 ? 0 : reader.number(fieldBits);
  const base = reader.number(fieldBits);
  const spacing = 1 + reader.number(HEAD.spacing);
  const rawBits = reader.number(HEAD.rawBits);
  const highBits = reader.number(HEAD.highBits);
  const frequencies = Array.from({ length: highBits === 0 ? 0 : 2 ** highBits }, () =>
    reader.number(SCALE_BITS),
  );
  const rowFields = 1 + reader.number(HEAD.rowFields);
  const whole = reader.number(HEAD.whole) === 1;
  const absent = whole ? 0 : reader.number(fieldBits);
  const segments = whole ? 1 : 1 + reader.number(HEAD.segments);
  return {
    wordElements,
    fieldBits,
    zeroFrequency,
    zeroField,
    base,
    spacing,
    rawBits,
    frequencies,
    rowFields,
    absent,
    whole,
    segments,
  };
}

function readWeight(reader: StateReader, head: Head): number {
  const { zeroFrequency, frequencies, rawBits } = head;
  if (zeroFrequency > 0) {
    if (reader.slot() < zeroFrequency) {
      reader.take(0, zeroFrequency);
      return head.zeroField;
    }
    reader.take(zeroFrequency, SCALE - zeroFrequency);
  }
  const high = frequencies.length === 0 ? 0 : readHigh(reader, frequencies);
  const level = high * 2 ** rawBits + reader.number(rawBits);
  return (head.base + head.spacing * level) % 2 ** head.fieldBits;
}

function readHigh(reader: StateReader, frequencies: readonly number[]): number {
  const slot = reader.slot();
  let [high, start] = [0, 0];
  while (slot >= start + frequencies[high] && high < frequencies.length - 1) start += frequencies[high++];
  reader.take(start, frequencies[high]);
  return high;
}
