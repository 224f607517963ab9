import { createHash } from 'node:crypto';
import type { IntegerModel, Layer } from '../../model/types.js';
import type { EdgePlan, StoragePlan } from '../plan/types.js';
import type { DenseTable } from './dense-table.js';
import { packedForms } from './pack.js';
import { unpackInstructions } from './unpack-cost.js';
import { edgeTable, headTable } from './weights.js';

/** Of a packed table in the list of them: two addresses, two sizes. */
export const DESCRIPTOR_BYTES = 16;

/** Ways of storing the weights of an edge other than dense, tightest first; none where it has none or they cannot be packed. */
export function edgeStorage(
  model: IntegerModel,
  layer: Layer,
  edge: Layer['edges'][number],
  plan: EdgePlan,
): readonly StoragePlan[] {
  return edge.kind === 'conv' ? packedStorage(edgeTable(model, layer, edge, plan)) : [];
}

export function headStorage(model: IntegerModel): readonly StoragePlan[] {
  return packedStorage(headTable(model));
}

/** A search plans networks with the same typical weights again and again. */
const KNOWN_LIMIT = 1000;
const known = new Map<string, readonly StoragePlan[]>();

function packedStorage(table: DenseTable): readonly StoragePlan[] {
  const { values, fields } = table;
  if (fields === undefined) return [];
  const { buffer, byteOffset, byteLength } = values;
  const hash = createHash('sha1').update(new Uint8Array(buffer, byteOffset, byteLength));
  const { bits, signed, zero, present } = fields;
  const key = `${values.BYTES_PER_ELEMENT} ${bits} ${signed} ${zero} ${present?.indexOf(false)} ${hash.digest('hex')}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= KNOWN_LIMIT) known.clear();
  const forms = tighterForms(table);
  known.set(key, forms);
  return forms;
}

/** Those that are smaller than the table itself. */
function tighterForms(table: DenseTable): readonly StoragePlan[] {
  const ramBytes = table.values.byteLength;
  return packedForms(table)
    .map(({ format, bytes, reads, fields }) => ({
      format,
      flashBytes: bytes.length + DESCRIPTOR_BYTES,
      ramBytes,
      bootInstructions: unpackInstructions(reads, fields),
    }))
    .filter(({ flashBytes }) => flashBytes < ramBytes)
    .sort((a, b) => a.flashBytes - b.flashBytes);
}
