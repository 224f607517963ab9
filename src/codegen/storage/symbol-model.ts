import { SCALE, SCALE_BITS } from './state-coder.js';
import type { FieldForm } from './dense-table.js';

/**
 * What a field can hold and how often: a pruned weight, or `base + spacing * level`. A level's high bits have frequencies of their own, or
 * are all alike as the low ones are.
 */
export interface SymbolModel {
  /** `frequency` of 4,096 fields are pruned. */
  readonly zero?: { readonly field: number; readonly frequency: number } | undefined;
  readonly base: number;
  readonly spacing: 1 | 2;
  readonly rawBits: number;
  /** Empty, or 2^n frequencies that add up to 4,096. */
  readonly frequencies: readonly number[];
}

/** How weights are stored: as kernels read them, or packed, to be unpacked into RAM when the firmware starts. */
export const PACKED_FORMATS = ['codes', 'bitmap', 'entropy'] as const;
export type PackedFormat = (typeof PACKED_FORMATS)[number];
export type StorageFormat = 'dense' | PackedFormat;

/** Of a level, those with frequencies. */
const MOST_HIGH_BITS = 4;
/** Levels are read in one go. */
const MOST_LEVEL_BITS = 12;

export function signedField(field: number, { bits, signed }: Pick<FieldForm, 'bits' | 'signed'>): number {
  return signed && field >= 2 ** (bits - 1) ? field - 2 ** bits : field;
}

export function levelOf(model: SymbolModel, value: number): number {
  return (value - model.base) / model.spacing;
}

/**
 * The model of a format for such fields. Undefined where the format has no use for them: a bitmap where no weight is pruned, more levels
 * than it can count.
 */
export function modelFor(
  format: PackedFormat,
  fields: Uint32Array,
  form: FieldForm,
): SymbolModel | undefined {
  const counts = countFields(fields);
  const pruned = form.zero === undefined ? 0 : (counts.get(form.zero) ?? 0);
  const levels = (withZero: boolean): Levels | undefined => levelsOf(counts, form, withZero);
  const all = levels(true);
  const kept = pruned > 0 ? levels(false) : undefined;
  const zeroAt = (frequency: number): SymbolModel['zero'] => ({ field: form.zero!, frequency });
  switch (format) {
    case 'codes':
      return all && plainModel(all, undefined);
    case 'bitmap':
      return kept && plainModel(kept, zeroAt(SCALE / 2));
    case 'entropy': {
      const share = Math.round((SCALE * pruned) / fields.length);
      const zero = zeroAt(Math.min(SCALE - 1, Math.max(1, share)));
      const models = [
        ...(all === undefined ? [] : [plainModel(all, undefined), countedModel(all, undefined)]),
        ...(kept === undefined ? [] : [plainModel(kept, zero), countedModel(kept, zero)]),
      ];
      const costs = models.map((model) => modelBits(model, form) + fieldBits(model, counts, form));
      return models.at(costs.indexOf(Math.min(...costs)));
    }
  }
}

/** Values that occur, apart from pruned ones where those are told apart before, and how often. */
interface Levels {
  readonly base: number;
  readonly spacing: 1 | 2;
  readonly bits: number;
  readonly counts: ReadonlyMap<number, number>;
}

function countFields(fields: Uint32Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const field of fields) counts.set(field, (counts.get(field) ?? 0) + 1);
  return counts;
}

function levelsOf(
  counts: ReadonlyMap<number, number>,
  form: FieldForm,
  withZero: boolean,
): Levels | undefined {
  const values = [...counts].flatMap(([field, count]): [number, number][] =>
    withZero || field !== form.zero ? [[signedField(field, form), count]] : [],
  );
  const base = Math.min(...values.map(([value]) => value));
  const most = Math.max(...values.map(([value]) => value));
  if (values.length === 0) return { base: 0, spacing: 1, bits: 0, counts: new Map() };
  const spacing = values.every(([value]) => (value - base) % 2 === 0) ? 2 : 1;
  const bits = Math.ceil(Math.log2((most - base) / spacing + 1));
  if (bits > MOST_LEVEL_BITS) return undefined;
  return {
    base,
    spacing,
    bits,
    counts: new Map(values.map(([value, count]) => [(value - base) / spacing, count])),
  };
}

function plainModel({ base, spacing, bits }: Levels, zero: SymbolModel['zero']): SymbolModel {
  return { zero, base, spacing, rawBits: bits, frequencies: [] };
}

function countedModel(levels: Levels, zero: SymbolModel['zero']): SymbolModel {
  const highBits = Math.min(MOST_HIGH_BITS, levels.bits);
  const rawBits = levels.bits - highBits;
  const counts = new Array<number>(2 ** highBits).fill(0);
  for (const [level, count] of levels.counts) counts[Math.floor(level / 2 ** rawBits)] += count;
  const { base, spacing } = levels;
  return { zero, base, spacing, rawBits, frequencies: highBits === 0 ? [] : frequenciesOf(counts) };
}

/** Frequencies of 4,096 in proportion to counts: at least 1 of what occurs, never all, which would be a bit too long. */
function frequenciesOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const frequencies = counts.map((count) =>
    count === 0 ? 0 : Math.max(1, Math.min(SCALE - 1, Math.round((SCALE * count) / total))),
  );
  for (;;) {
    const excess = frequencies.reduce((sum, frequency) => sum + frequency, 0) - SCALE;
    if (excess === 0) return frequencies;
    // One by one from the largest, or onto it: a single one that occurs alone leaves the last to another.
    const largest = frequencies.indexOf(Math.max(...frequencies));
    const at = excess > 0 || frequencies[largest] < SCALE - 1 ? largest : (largest + 1) % frequencies.length;
    frequencies[at] -= Math.sign(excess);
  }
}

/** Bits of the model's description, see pack.ts. */
function modelBits({ zero, frequencies }: SymbolModel, { bits }: FieldForm): number {
  return (zero === undefined ? 0 : bits) + SCALE_BITS * frequencies.length;
}

function fieldBits(model: SymbolModel, counts: ReadonlyMap<number, number>, form: FieldForm): number {
  const { zero, rawBits, frequencies } = model;
  const information = (frequency: number): number => SCALE_BITS - Math.log2(frequency);
  let total = 0;
  for (const [field, count] of counts) {
    if (field === zero?.field) {
      total += count * information(zero.frequency);
      continue;
    }
    const kept = zero === undefined ? 0 : information(SCALE - zero.frequency);
    const level = levelOf(model, signedField(field, form));
    const high = frequencies.length === 0 ? 0 : information(frequencies[Math.floor(level / 2 ** rawBits)]);
    total += count * (kept + high + rawBits);
  }
  return total;
}
