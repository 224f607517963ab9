/**
 * A table of weights as a kernel reads it. Each weight is a field of bits in an element, the first one lowest; fields that stand for no
 * weight (channels that only fill up a word) are absent.
 */
export interface DenseTable {
  readonly comment: string;
  readonly values: Uint32Array | Int8Array;
  /** Absent where elements hold anything beside weights: such a table is stored as it is. */
  readonly fields?: FieldForm | undefined;
}

export interface FieldForm {
  readonly bits: 1 | 2 | 4 | 8 | 16;
  readonly signed: boolean;
  /** What a field of a pruned weight holds; absent where no field can hold one. */
  readonly zero?: number | undefined;
  /** Whether each field stands for a weight; absent where all do. */
  readonly present?: readonly boolean[] | undefined;
}

export function elementBits(values: DenseTable['values']): 8 | 32 {
  return values instanceof Int8Array ? 8 : 32;
}

/** Fields of a table, without sign. */
export function fieldsOf(values: DenseTable['values'], bits: number): Uint32Array {
  const perElement = elementBits(values) / bits;
  const mask = 2 ** bits - 1;
  const fields = new Uint32Array(values.length * perElement);
  for (let i = 0; i < values.length; i++)
    for (let f = 0; f < perElement; f++) fields[i * perElement + f] = (values[i] >>> (f * bits)) & mask;
  return fields;
}

/** Fields that differ where all weights do stand for weights. */
export function presentFields(
  one: DenseTable['values'],
  other: DenseTable['values'],
  bits: number,
): readonly boolean[] | undefined {
  const others = fieldsOf(other, bits);
  const present = Array.from(fieldsOf(one, bits), (field, i) => field !== others[i]);
  return present.includes(false) ? present : undefined;
}
