import { renderRuntime } from '../../src/codegen/library/render.js';
import { elementBits, type DenseTable } from '../../src/codegen/storage/dense-table.js';
import { packedForms } from '../../src/codegen/storage/pack.js';
import { unpackValues } from '../../src/codegen/storage/unpack.js';
import { supportC, type Batch } from './library-batch.js';

/**
 * A program that unpacks tables in every format and records them.
 */
export function unpackProgram(tables: readonly DenseTable[]): Batch {
  const cases = tables.flatMap((table) =>
    packedForms(table).map(({ bytes, format }) => ({
      table,
      bytes,
      label: `${format} of ${table.values.length}`,
    })),
  );
  const lines = cases.flatMap(({ table: { values }, bytes }, i) => [
    `static const uint8_t stream${i}[] = { ${bytes.join(',')} };`,
    `static ${elementBits(values) === 32 ? 'uint32_t' : 'int8_t'} table${i}[${values.length}];`,
    `static void run${i}(void) { const litesnn_packed_table packed = { stream${i}, table${i}, sizeof stream${i}, ${values.length} };`,
    `    litesnn_unpack_tables(&packed, 1); batch_write(table${i}, sizeof table${i}); }`,
  ]);
  const calls = cases.map((_, i) => `    run${i}();`);
  const main = [
    '#include "batch.h"',
    '#include "litesnn_unpack.h"',
    ...lines,
    'void batch_run(void)',
    '{',
    ...calls,
    '}',
    '',
  ].join('\n');
  const runtime = renderRuntime({ modelHash: '5a'.repeat(32), command: 'test' })
    .map((file) => ({ ...file, path: file.path.replace('lib/', '') }))
    .filter(({ path }) => path.includes('unpack') || path === 'litesnn_runtime.h');
  return {
    files: [
      ...runtime,
      ...['batch.h', 'batch.c'].map((path) => ({ path, contents: supportC(path) })),
      { path: 'batch_run.c', contents: main },
    ],
    expected: cases.map(({ table, bytes, label }) => {
      const values = unpackValues(bytes, table.values.length);
      return { label, bytes: Buffer.from(values.buffer) };
    }),
  };
}
