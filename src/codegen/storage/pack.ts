import { ExitCode, LitesnnError } from '../../core/errors.js';
import { elementBits, fieldsOf, type DenseTable, type FieldForm } from './dense-table.js';
import { HEAD } from './head.js';
import { fullMask, segmentsOf, type Segments } from './segments.js';
import { SCALE, SCALE_BITS, StateWriter } from './state-coder.js';
import {
  levelOf,
  modelFor,
  PACKED_FORMATS,
  signedField,
  type PackedFormat,
  type SymbolModel,
} from './symbol-model.js';
import { unpackValues } from './unpack.js';

export interface PackedTable {
  readonly format: PackedFormat;
  readonly bytes: Uint8Array;
  /** Symbols and numbers in the bytes. */
  readonly reads: number;
  readonly fields: number;
}

/** All packed forms of a table that there are. */
export function packedForms(table: DenseTable): readonly PackedTable[] {
  return PACKED_FORMATS.flatMap((format) => packTable(table, format) ?? []);
}

/**
 * A table in a packed format, read back and compared; undefined where it cannot be stored so.
 * @throws LitesnnError `CODEGEN_STORAGE` where what is read back differs, which would be a defect of this program
 */
export function packTable(table: DenseTable, format: PackedFormat): PackedTable | undefined {
  const { values, fields: form } = table;
  if (form === undefined || values.length === 0) return undefined;
  const fields = fieldsOf(values, form.bits);
  const layout = layoutOf(fields, form);
  const weights = layout.present === undefined ? fields : fields.filter((_, i) => layout.present![i]);
  const model = modelFor(format, weights, form);
  if (model === undefined) return undefined;
  const writer = new StateWriter();
  writeHead(writer, elementBits(values), form, model, layout);
  writeRows(writer, weights, form, model, layout);
  const bytes = writer.finish();
  verify(table, bytes);
  return { format, bytes, reads: writer.count, fields: fields.length };
}

interface Layout extends Segments {
  readonly present: readonly boolean[] | undefined;
  /** What absent fields hold. */
  readonly absent: number;
}

/** Fields that are absent in no order, or hold different things, are stored as weights. */
function layoutOf(fields: Uint32Array, { present }: FieldForm): Layout {
  const fillers = new Set(present === undefined ? [] : fields.filter((_, i) => !present[i]));
  const segments = fillers.size > 1 ? undefined : segmentsOf(present, fields.length);
  if (segments === undefined)
    return { ...segmentsOf(undefined, fields.length)!, present: undefined, absent: 0 };
  return { ...segments, present, absent: [...fillers][0] ?? 0 };
}

function writeHead(
  writer: StateWriter,
  unit: 8 | 32,
  { bits }: FieldForm,
  { zero, base, spacing, rawBits, frequencies }: SymbolModel,
  { rowFields, segments, absent }: Layout,
): void {
  writer.number(unit === 32 ? 1 : 0, HEAD.wordElements);
  writer.number(Math.log2(bits), HEAD.fieldBitsLog);
  writer.number(zero?.frequency ?? 0, HEAD.zeroFrequency);
  if (zero !== undefined) writer.number(zero.field, bits);
  writer.number(base < 0 ? base + 2 ** bits : base, bits);
  writer.number(spacing - 1, HEAD.spacing);
  writer.number(rawBits, HEAD.rawBits);
  writer.number(frequencies.length === 0 ? 0 : Math.log2(frequencies.length), HEAD.highBits);
  for (const frequency of frequencies) writer.number(frequency, SCALE_BITS);
  writer.number(rowFields - 1, HEAD.rowFields);
  const whole = isWhole({ rowFields, segments });
  writer.number(whole ? 1 : 0, HEAD.whole);
  if (whole) return;
  writer.number(absent, bits);
  writer.number(segments.length - 1, HEAD.segments);
}

function isWhole({ rowFields, segments }: Segments): boolean {
  return segments.length === 1 && segments[0].mask === fullMask(rowFields);
}

/** Segment by segment, each with its size before it; the last one ends with the table. */
function writeRows(
  writer: StateWriter,
  weights: Uint32Array,
  form: FieldForm,
  model: SymbolModel,
  layout: Segments,
): void {
  const { rowFields, segments } = layout;
  let next = 0;
  segments.forEach(({ rows, mask }, i) => {
    if (i < segments.length - 1) writer.number(rows, HEAD.segmentRows);
    if (!isWhole(layout)) writer.number(mask, rowFields);
    for (const end = next + rows * bitsSet(mask); next < end; next++)
      writeWeight(writer, weights[next], form, model);
  });
}

function bitsSet(mask: number): number {
  let bits = 0;
  for (let left = mask; left > 0; left = Math.floor(left / 2)) bits += left % 2;
  return bits;
}

function writeWeight(writer: StateWriter, field: number, form: FieldForm, model: SymbolModel): void {
  const { zero, rawBits, frequencies } = model;
  if (zero !== undefined) {
    if (field === zero.field) {
      writer.symbol(0, zero.frequency);
      return;
    }
    writer.symbol(zero.frequency, SCALE - zero.frequency);
  }
  const level = levelOf(model, signedField(field, form));
  if (frequencies.length > 0) {
    const high = Math.floor(level / 2 ** rawBits);
    const start = frequencies.slice(0, high).reduce((sum, frequency) => sum + frequency, 0);
    writer.symbol(start, frequencies[high]);
  }
  writer.number(level % 2 ** rawBits, rawBits);
}

function verify({ values, comment }: DenseTable, bytes: Uint8Array): void {
  const found = unpackValues(bytes, values.length);
  if (found.length === values.length && found.every((value, i) => value === values[i])) return;
  throw new LitesnnError(
    'CODEGEN_STORAGE',
    ExitCode.internal,
    `packed weights differ from the table they were made of (${comment})`,
  );
}
