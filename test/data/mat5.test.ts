import { expect } from 'chai';
import fc from 'fast-check';
import { parseCsv } from '../../src/data/readers/csv.js';
import { parseMat5 } from '../../src/data/readers/mat5.js';
import { quantize } from '../../src/data/readers/quantize.js';
import { matBytes, type MatVariable } from './mat-bytes.js';

/** Smallest and largest whole number that tests store in each type. */
const LIMITS: readonly (readonly [type: number, low: number, high: number])[] = [
  [1, -128, 127],
  [2, 0, 255],
  [3, -32768, 32767],
  [4, 0, 65535],
  [5, -(2 ** 31), 2 ** 31 - 1],
  [6, 0, 2 ** 32 - 1],
  [7, -(2 ** 20), 2 ** 20],
  [9, -(2 ** 50), 2 ** 50],
  [12, -(2 ** 50), 2 ** 50],
  [13, 0, 2 ** 50],
];

const variable = fc.constantFrom(...LIMITS).chain(([type, min, max]) =>
  fc.record({
    type: fc.constant(type),
    values: fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 20 }),
    arrayClass: fc.constantFrom(6, 7, 10),
    tail: fc.stringMatching(/^[a-z0-9_]{0,12}$/),
  }),
);

/** The problem of a file that must have one. */
function problemOf(bytes: Uint8Array, wanted: (name: string) => boolean = () => true): string {
  const parsed = parseMat5(bytes, wanted);
  if (parsed.ok) throw new Error('the file was read');
  expect(parsed.problem).to.not.match(/\n/);
  return parsed.code;
}

describe('MAT-file level 5', () => {
  it('reads every type, in both byte orders, plain and compressed', () => {
    fc.assert(
      fc.property(
        fc.array(variable, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        (drawn, bigEndian, compressed) => {
          const variables = drawn.map((one, i): MatVariable => ({ ...one, name: `X${i}${one.tail}` }));
          const parsed = parseMat5(matBytes(variables, { bigEndian, compressed }), () => true);
          if (!parsed.ok) throw new Error(parsed.problem);
          expect(parsed.names).to.deep.equal(variables.map(({ name }) => name));
          parsed.arrays.forEach(({ name, values, dimensions }, i) => {
            expect(name).to.equal(variables[i].name);
            expect(Array.from(values)).to.deep.equal(variables[i].values);
            expect(dimensions).to.deep.equal([values.length, 1]);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('decodes only what is asked for, and still tells all names', () => {
    const bytes = matBytes([
      { name: 'X097RPM', values: [1796], type: 4, dimensions: [1, 1] },
      { name: 'note', values: [65, 66], type: 4, arrayClass: 4 },
      { name: 'X097_DE_time', values: [0.5, -0.25, 1e-3] },
    ]);
    const parsed = parseMat5(bytes, (name) => name.endsWith('_DE_time'));
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(parsed.names).to.deep.equal(['X097RPM', 'note', 'X097_DE_time']);
    expect(parsed.arrays.map(({ values }) => Array.from(values))).to.deep.equal([[0.5, -0.25, 1e-3]]);
  });

  it('never misses that a file was cut inside a variable', () => {
    for (const compressed of [false, true]) {
      const bytes = matBytes([{ name: 'signal', values: [1, 2, 3, 4.5] }], { compressed });
      for (let length = 0; length < bytes.length; length++) {
        if (length === 128) continue; // An empty file of variables is a valid file.
        const code = problemOf(bytes.subarray(0, length));
        expect(code, `${length} bytes`).to.equal(length === 0 ? 'DATA_MAT_EMPTY' : 'DATA_MAT_TRUNCATED');
      }
    }
  });

  it('answers damage with a value, whatever the damage', () => {
    const bytes = matBytes([{ name: 'signal', values: [1, 2, 3] }]);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, compressed) => {
        const copy = compressed
          ? matBytes([{ name: 'signal', values: [1, 2, 3] }], { compressed })
          : Buffer.from(bytes);
        copy[at % copy.length] = byte;
        expect(parseMat5(copy, () => true).ok).to.be.a('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('names what it does not read', () => {
    const values = [1, 2];
    expect(problemOf(matBytes([], { version: 0x0200 }))).to.equal('DATA_MAT_VERSION');
    expect(problemOf(Buffer.alloc(200, 'x'))).to.equal('DATA_MAT_VERSION');
    for (const odd of [{ arrayClass: 2 }, { arrayClass: 4 }, { complex: true }]) {
      expect(problemOf(matBytes([{ name: 'x', values, ...odd }]))).to.equal('DATA_MAT_NOT_NUMERIC');
    }
    expect(problemOf(matBytes([{ name: 'x', values, dimensions: [3, 1] }]))).to.equal('DATA_MAT_DAMAGED');
  });
});

describe('values of a signal in 16 bits', () => {
  it('are rounded and, when rare, clamped', () => {
    const values = Float64Array.from({ length: 200 }, (_, i) => (i === 7 ? 9 : i / 200));
    const samples = quantize(values, 4096);
    if (!(samples instanceof Int16Array)) throw new Error(samples.problem);
    expect(samples[7]).to.equal(32767);
    expect(samples[100]).to.equal(2048);
  });

  for (const [what, values, scale, code] of [
    ['a value that is no number', [0, Number.NaN], 1, 'DATA_MAT_NOT_FINITE'],
    ['an infinite value', [0, Infinity], 1, 'DATA_MAT_NOT_FINITE'],
    ['a scale at which nothing is left', [0.1, -0.2], 1, 'DATA_MAT_SCALE'],
    ['a scale at which much is clamped', [0.1, -0.2], 1e6, 'DATA_MAT_SCALE'],
  ] as const) {
    it(`are refused for ${what}`, () => {
      const found = quantize(Float64Array.from(values), scale);
      expect(found).to.include({ ok: false, code });
    });
  }
});

describe('CSV', () => {
  it('gives back what was written, with commas, quotes and line ends inside fields', () => {
    const field = fc.stringMatching(/^[a-z",\n 0-9]{0,8}$/).map((value) => value.trim());
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, field, field), { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        (rows, end) => {
          const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
          const lines = [['a', 'b', 'c'], ...rows].map((row) => row.map(quoted).join(','));
          const table = parseCsv(`\uFEFF${lines.join(end)}${end}`);
          if (!table.ok) throw new Error(table.problem);
          expect(table.columns).to.deep.equal(['a', 'b', 'c']);
          expect(table.rows).to.deep.equal(rows.map(([a, b, c]) => ({ a, b, c })));
        },
      ),
    );
  });

  it('names the line that is wrong', () => {
    expect(parseCsv('a,b\n1,2\n\n3\n')).to.deep.include({
      ok: false,
      problem: 'is no CSV table: line 4 has 1 fields, the header has 2',
    });
    expect(parseCsv('a,b\n1,"2\n')).to.include({ ok: false, code: 'DATA_MANIFEST_CSV' });
    expect(parseCsv('')).to.include({ ok: false, problem: 'is empty' });
  });
});
