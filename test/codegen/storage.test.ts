import { expect } from 'chai';
import fc from 'fast-check';
import { Random } from '../../src/core/random.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { elementBits, type DenseTable, type FieldForm } from '../../src/codegen/storage/dense-table.js';
import { DESCRIPTOR_BYTES } from '../../src/codegen/storage/options.js';
import { packedForms, packTable } from '../../src/codegen/storage/pack.js';
import { StateReader, StateWriter } from '../../src/codegen/storage/state-coder.js';
import { unpackValues } from '../../src/codegen/storage/unpack.js';
import { edgeTable } from '../../src/codegen/storage/weights.js';
import type { ConvEdge, WeightBits } from '../../src/model/types.js';
import { exitMembers } from '../support/exit-members.js';
import { randomMembers } from '../support/batch-members.js';
import { chainModel } from '../support/chain-model.js';
import { runOnHost } from '../support/host-c.js';
import { compareRecord, renderBatch, supportC } from '../support/library-batch.js';
import { missingTools, runOnM4 } from '../support/qemu-c.js';
import { unpackProgram } from '../support/unpack-program.js';

/** Tables of any form: few or many levels, some pruned, absent fields in every row, or none in any order. */
function randomTable(random: Random): DenseTable {
  const bits = [1, 2, 4, 8, 16][random.integer(0, 4)] as FieldForm['bits'];
  const words = bits === 16 || random.uniform() < 0.7;
  const elements = random.integer(1, 300);
  const values = words ? new Uint32Array(elements) : new Int8Array(elements);
  const perElement = elementBits(values) / bits;
  const levels = Math.min(2 ** bits, random.integer(1, 40));
  const zero = random.uniform() < 0.5 ? 0 : undefined;
  const keep = random.uniform();
  const row = random.integer(1, 40);
  const filled = random.uniform() < 0.5;
  const present: boolean[] = [];
  for (let i = 0; i < elements * perElement; i++) {
    const here = !filled || i % row < Math.ceil(row / 2);
    present.push(here);
    const level = random.uniform() < keep ? random.integer(0, levels - 1) : 0;
    const field = here ? (level * (levels < 2 ** (bits - 1) ? 2 : 1)) % 2 ** bits : 2 ** bits - 1;
    values[Math.floor(i / perElement)] |= field << (bits * (i % perElement));
  }
  const signed = random.uniform() < 0.5;
  return { comment: 'random', values, fields: { bits, signed, zero, present: filled ? present : undefined } };
}

function entropy(keep: number): number {
  if (keep === 0 || keep === 1) return 0;
  return -keep * Math.log2(keep) - (1 - keep) * Math.log2(1 - keep);
}

/** Tables of many random networks, packed in every format. */
function tablesOf(seed: number, count: number): readonly DenseTable[] {
  const random = Random.fromSeed(seed);
  return Array.from({ length: count }, () => randomTable(random));
}

describe('coding into one state', () => {
  it('gives back every number and symbol in order, and ends with the bytes', () => {
    const frequencies = [1, 95, 1000, 3000];
    const starts = [0, 1, 96, 1096];
    const item = fc.oneof(
      fc.record({ symbol: fc.integer({ min: 0, max: 3 }) }),
      fc
        .integer({ min: 0, max: 24 })
        .chain((bits) =>
          fc.record({ bits: fc.constant(bits), value: fc.integer({ min: 0, max: 2 ** bits - 1 }) }),
        ),
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 200 }), (items) => {
        const writer = new StateWriter();
        for (const it of items) {
          if ('symbol' in it) writer.symbol(starts[it.symbol], frequencies[it.symbol]);
          else writer.number(it.value, it.bits);
        }
        const reader = new StateReader(writer.finish());
        for (const it of items) {
          if ('symbol' in it) {
            const slot = reader.slot();
            const found = starts.findLastIndex((start) => slot >= start);
            expect(found).equal(it.symbol);
            reader.take(starts[found], frequencies[found]);
          } else expect(reader.number(it.bits)).equal(it.value);
        }
      }),
    );
  });

  it('takes the information of the symbols and a byte', () => {
    const writer = new StateWriter();
    for (let i = 0; i < 4000; i++) writer.symbol(i % 10 === 0 ? 3686 : 0, i % 10 === 0 ? 410 : 3686);
    expect(writer.finish().length).within((4000 * entropy(0.1)) / 8, (4000 * entropy(0.1)) / 8 + 2);
  });
});

describe('packed weights', () => {
  it('are the table again, in every format, whatever is in it', () => {
    for (const table of tablesOf(1, 300)) {
      for (const { bytes } of packedForms(table))
        expect(unpackValues(bytes, table.values.length)).deep.equal(table.values);
    }
  });

  for (const bits of [1, 2, 4] as const satisfies readonly WeightBits[]) {
    it(`of ${bits} bits take at most 10 % more than their entropy, description and all`, () => {
      for (const keep of [1, 0.5, 0.35, 0.2, 0.1]) {
        for (const [inputs, outputs, kernel] of [
          [32, 32, 3],
          [64, 64, 1],
          [24, 24, 3],
        ]) {
          const input = { height: 3, width: 3, channels: inputs };
          const random = Random.fromSeed(2);
          const model = chainModel(random, { input, timesteps: 1, channels: [outputs], bits, keep, kernel });
          const [, layer] = model.layers;
          const edge = layer.edges[0] as ConvEdge;
          const table = edgeTable(model, layer, edge, planNetwork(model).layers[1].edges[0]);
          const kept = edge.codes.filter((code) => code !== 0).length / edge.codes.length;
          const bound = (edge.codes.length * (entropy(kept) + kept * bits)) / 8;
          const smallest = Math.min(
            ...packedForms(table).map(({ bytes }) => bytes.length + DESCRIPTOR_BYTES),
          );
          const stored = Math.min(smallest, table.values.byteLength);
          expect(stored / bound, `keep ${keep}, ${inputs} to ${outputs}`).at.most(1.1);
        }
      }
    });
  }

  it('say what they are: a bitmap is for pruned weights, codes for all', () => {
    const table = (keep: number): DenseTable => {
      const random = Random.fromSeed(3);
      const values = Int8Array.from({ length: 500 }, () =>
        random.uniform() < keep ? 2 * random.integer(0, 15) - 15 : 0,
      );
      return { comment: '', values, fields: { bits: 8, signed: true, zero: 0 } };
    };
    expect(packTable(table(1), 'bitmap')).equal(undefined);
    const size = (keep: number, format: 'codes' | 'bitmap'): number =>
      packTable(table(keep), format)!.bytes.length;
    expect(size(1, 'codes')).within(250, 260);
    expect(size(0.5, 'bitmap')).within(185, 220);
  });
});

describe('unpacking in C', () => {
  it('on the host, with sanitizers, makes the same tables and touches nothing beside them', async () => {
    const { files, expected } = unpackProgram(tablesOf(4, 150));
    compareRecord(await runOnHost([...files, { path: 'host.c', contents: supportC('host.c') }]), expected);
  });

  it('lets random networks run as they do with tables in flash, on the host', async () => {
    const members = [
      ...randomMembers(50, 30, 'fast'),
      ...randomMembers(51, 6, 'reference'),
      ...exitMembers(52, 10, 'fast'),
    ];
    const packed = members.map((member) => ({ ...member, storage: 'packed' as const }));
    const { files, expected } = renderBatch(packed);
    compareRecord(await runOnHost([...files, { path: 'host.c', contents: supportC('host.c') }]), expected);
  });

  it('does so on a Cortex-M4 in QEMU', async function () {
    const missing = await missingTools(['arm-none-eabi-gcc', 'qemu-system-arm']);
    if (missing.length > 0) {
      console.warn(`skipped: ${missing.join(' and ')} not found (Debian: gcc-arm-none-eabi qemu-system-arm)`);
      this.skip();
    }
    const members = randomMembers(53, 10, 'fast').map((member) => ({
      ...member,
      storage: 'packed' as const,
    }));
    const networks = renderBatch(members);
    compareRecord(await runOnM4(networks.files), networks.expected);
    const tables = unpackProgram(tablesOf(5, 60));
    compareRecord(await runOnM4(tables.files), tables.expected);
  });
});
