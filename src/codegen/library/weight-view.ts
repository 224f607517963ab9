import type { StoragePlan } from '../plan/types.js';
import type { DenseTable } from '../storage/dense-table.js';
import { packTable } from '../storage/pack.js';
import { cHex, cInteger, cLines } from './c-text.js';
import type { TableView } from './data-view.js';

/** A table that is made in RAM of a stream in flash. */
export interface UnpackedView {
  /** C type of an element. */
  readonly type: string;
  readonly name: string;
  readonly length: number;
  readonly stream: string;
}

export interface WeightView {
  /** What is in flash. */
  readonly table: TableView;
  readonly unpacked?: UnpackedView | undefined;
}

/** The weights of an edge or the head: the table that kernels read, or the stream that it is unpacked from. */
export function weightView(name: string, dense: DenseTable, storage: StoragePlan | undefined): WeightView {
  if (storage === undefined) return { table: denseView(name, dense) };
  const { format } = storage;
  const { bytes } = packTable(dense, format)!;
  const stream = `${name}_packed`;
  return {
    table: {
      comment: `${dense.comment}; packed: ${format}`,
      type: 'uint8_t',
      name: stream,
      length: bytes.length,
      lines: cLines(Array.from(bytes, String), 24),
    },
    unpacked: { type: typeOf(dense), name, length: dense.values.length, stream },
  };
}

function typeOf({ values }: DenseTable): string {
  return values instanceof Int8Array ? 'int8_t' : 'uint32_t';
}

function denseView(name: string, dense: DenseTable): TableView {
  const { comment, values } = dense;
  const lines =
    values instanceof Int8Array
      ? cLines(Array.from(values, cInteger), 24)
      : cLines(Array.from(values, cHex), 8);
  return { comment, type: typeOf(dense), name, length: values.length, lines };
}
