import { planNetwork } from '../src/codegen/plan/network.js';
import { DESCRIPTOR_BYTES } from '../src/codegen/storage/options.js';
import { packedForms } from '../src/codegen/storage/pack.js';
import { edgeTable } from '../src/codegen/storage/weights.js';
import { samePadding } from '../src/core/geometry.js';
import { Random } from '../src/core/random.js';
import { NetworkBuilder } from '../src/energy/probes/network-builder.js';
import type { ConvEdge, WeightBits } from '../src/model/types.js';
import type { BenchmarkResult } from './contract.js';
import { addSign, signInput } from './networks/single-layer.js';

/** Bytes of a layer's weights in every format, beside what no format gets below. */
export interface StorageRow extends BenchmarkResult {
  readonly kind: 'storage';
  readonly layer: string;
  readonly bits: number;
  readonly keep: number;
  readonly denseBytes: number;
  /** Of the tightest format, its description included. */
  readonly storedBytes: number;
  readonly boundBytes: number;
  readonly ratio: number;
}

/** The layer of the kernel figures, DS-CNN's 1x1, a layer of channels that do not fill a word, ResNet8's largest. */
const LAYERS = [
  [32, 32, 3],
  [64, 64, 1],
  [24, 24, 3],
  [64, 64, 3],
] as const;
const KEPT = [1, 0.5, 0.35, 0.2, 0.1];

/** The bound: entropy of the mask and all bits of each kept weight. */
function boundBits(codes: Int8Array, bits: number): number {
  const kept = codes.filter((code) => code !== 0).length / codes.length;
  const mask = kept === 1 ? 0 : -kept * Math.log2(kept) - (1 - kept) * Math.log2(1 - kept);
  return codes.length * (mask + kept * bits);
}

function storageRow(
  inputs: number,
  outputs: number,
  side: number,
  bits: WeightBits,
  keep: number,
): StorageRow {
  const random = Random.fromSeed(11);
  const shape = { height: 4, width: 4, channels: inputs };
  const builder = new NetworkBuilder(random, shape, 1, signInput(random, 16 * inputs, 0.1));
  const kernel = { height: side, width: side };
  const source = { layers: [addSign(builder)] };
  const conv = builder.conv({ source, kernel, padding: samePadding(kernel), channels: outputs, bits, keep });
  const model = builder.build('storage', 2, [builder.add('layer', [conv], 0.1)], 'bench');
  const layer = model.layers[1];
  const edge = layer.edges[0] as ConvEdge;
  const table = edgeTable(model, layer, edge, planNetwork(model).layers[1].edges[0]);
  const forms = packedForms(table).map(({ format, bytes }) => ({
    format,
    bytes: bytes.length + DESCRIPTOR_BYTES,
  }));
  const denseBytes = table.values.byteLength;
  const storedBytes = Math.min(denseBytes, ...forms.map(({ bytes }) => bytes));
  const boundBytes = boundBits(edge.codes, bits) / 8;
  return {
    kind: 'storage',
    layer: `${side}x${side}, ${inputs} to ${outputs}`,
    bits,
    keep,
    denseBytes,
    formats: Object.fromEntries(forms.map(({ format, bytes }) => [format, bytes])),
    storedBytes,
    boundBytes,
    ratio: storedBytes / boundBytes,
  };
}

export function storageRows(): readonly StorageRow[] {
  return LAYERS.flatMap(([inputs, outputs, side]) =>
    ([1, 2, 4] as const).flatMap((bits) => KEPT.map((keep) => storageRow(inputs, outputs, side, bits, keep))),
  );
}
