import { z } from 'zod';
import type { TensorMap } from '../training/engine.js';

/** Name and number of float32 values of each tensor, in the order in which a file holds them. */
export const tensorIndexSchema = z.array(
  z.strictObject({ name: z.string().min(1), length: z.int().nonnegative() }),
);
export type TensorIndex = z.infer<typeof tensorIndexSchema>;

export interface EncodedTensors {
  readonly index: TensorIndex;
  /** Little-endian float32, one tensor after another. */
  readonly bytes: Uint8Array;
}

const BYTES_PER_VALUE = 4;

export function encodeTensors(tensors: ReadonlyMap<string, Float32Array>): EncodedTensors {
  const index = [...tensors].map(([name, values]) => ({ name, length: values.length }));
  const bytes = new Uint8Array(BYTES_PER_VALUE * index.reduce((sum, { length }) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const values of tensors.values()) {
    for (const value of values) {
      view.setFloat32(offset, value, true);
      offset += BYTES_PER_VALUE;
    }
  }
  return { index, bytes };
}

/** Undefined where the bytes are not as many as the index says. */
export function decodeTensors(index: TensorIndex, bytes: Uint8Array): TensorMap | undefined {
  const values = index.reduce((sum, { length }) => sum + length, 0);
  if (bytes.byteLength !== BYTES_PER_VALUE * values) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  return new Map(
    index.map(({ name, length }) => {
      const tensor = new Float32Array(length);
      for (let i = 0; i < length; i++, offset += BYTES_PER_VALUE) tensor[i] = view.getFloat32(offset, true);
      return [name, tensor];
    }),
  );
}

/** The tensors whose names start with `prefix`, without it. */
export function tensorsUnder(prefix: string, tensors: ReadonlyMap<string, Float32Array>): TensorMap {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, values]) => [name.slice(prefix.length), values]),
  );
}

/** `[name, values]` of each tensor with `prefix` before its name. */
export function withPrefix(
  prefix: string,
  tensors: ReadonlyMap<string, Float32Array>,
): (readonly [string, Float32Array])[] {
  return [...tensors].map(([name, values]) => [prefix + name, values] as const);
}

/** Copies values into the tensors of the same names, in place. */
export function copyInto(
  target: ReadonlyMap<string, Float32Array>,
  source: ReadonlyMap<string, Float32Array>,
): void {
  for (const [name, values] of target) {
    const saved = source.get(name);
    if (saved?.length !== values.length) throw new Error(`tensor ${name} has no saved value of its length`);
    values.set(saved);
  }
}
