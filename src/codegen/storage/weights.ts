import type { ConvEdge, IntegerModel, Layer } from '../../model/types.js';
import { packDepthwise, packRows } from '../library/row-weights.js';
import { packPairs } from '../library/stem-view.js';
import { outputChannelLast, packLanes } from '../library/weights.js';
import { sourceChannels } from '../plan/edges.js';
import { isRowKernel } from '../plan/rows.js';
import type { EdgePlan, RowKernel } from '../plan/types.js';
import { presentFields, type DenseTable, type FieldForm } from './dense-table.js';

/** Weights of a convolution as its kernel reads them. */
export function edgeTable(model: IntegerModel, layer: Layer, edge: ConvEdge, plan: EdgePlan): DenseTable {
  const { codes } = edge;
  const { channels } = layer.shape;
  const { kernel } = plan;
  if (isRowKernel(kernel)) {
    const shape = { ...edge.kernel, inChannels: sourceChannels(model, edge), outChannels: channels };
    const code = plan.rows!;
    const pack = (of: Int8Array): Uint32Array => packRows(of, shape, kernel, code);
    const comment = `[group][kx][ky][inChannel] rows of ${kernel.replace('row-', '')}, see litesnn_sums.h`;
    return laneTable(comment, codes, code, ROW_FIELD_BITS[kernel], pack);
  }
  if (kernel === 'row-depthwise') {
    const values = packDepthwise(codes, edge.kernel);
    return { comment: '[kx][ky][channel], see litesnn_rows.h', values };
  }
  if (kernel === 'input-pairs') {
    const pack = (of: Int8Array): Uint32Array => packPairs(of, channels);
    return signedTable('[group][pair of taps][outChannel], see litesnn_stem.h', codes, 16, pack);
  }
  if (kernel === 'lanes') {
    const code = plan.lanes!;
    const pack = (of: Int8Array): Uint32Array => packLanes(of, channels, code);
    const comment = '[ky][kx][inChannel] rows of byte lanes, four output channels a word';
    return laneTable(comment, codes, code, 8, pack);
  }
  if (kernel === 'reference') return byteTable('[outChannel][ky][kx][inChannel]', codes);
  return byteTable('[ky][kx][inChannel][outChannel]', outputChannelLast(codes, channels));
}

export function headTable({ head }: IntegerModel): DenseTable {
  return byteTable('[class][channel]', head.codes);
}

const ROW_FIELD_BITS: Readonly<Record<RowKernel, FieldForm['bits']>> = {
  'row-planes': 1,
  'row-nibbles': 4,
  'row-bytes': 8,
};

function byteTable(comment: string, values: Int8Array): DenseTable {
  return { comment, values, fields: { bits: 8, signed: true, zero: 0 } };
}

/** `pack` makes the table of any codes: what does not change with them is absent. */
function signedTable(
  comment: string,
  codes: Int8Array,
  bits: FieldForm['bits'],
  pack: (codes: Int8Array) => Uint32Array,
): DenseTable {
  const present = presentFields(pack(new Int8Array(codes.length)), pack(filled(codes, 1)), bits);
  return { comment, values: pack(codes), fields: { bits, signed: true, zero: 0, present } };
}

/** Lanes hold `(code + bias) / step`. */
function laneTable(
  comment: string,
  codes: Int8Array,
  { step, bias }: { readonly step: 1 | 2; readonly bias: number },
  bits: FieldForm['bits'],
  pack: (codes: Int8Array) => Uint32Array,
): DenseTable {
  const present = presentFields(pack(filled(codes, -bias)), pack(filled(codes, step - bias)), bits);
  const zero = step === 1 ? bias : undefined;
  return { comment, values: pack(codes), fields: { bits, signed: false, zero, present } };
}

function filled(codes: Int8Array, value: number): Int8Array {
  return new Int8Array(codes.length).fill(value);
}
