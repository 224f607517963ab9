import { expect } from 'chai';
import { join } from 'node:path';
import { loadDataset } from '../../src/data/load.js';
import { failure, put, temporaryFolder, tone } from './fixtures.js';
import { matBytes } from './mat-bytes.js';

const HEADER = 'file,class,load,variable,note';

/** Values in g of a recording of 4,096 samples. */
function signal(seed: number): number[] {
  return Array.from(tone(seed, 4096, 200 + 50 * seed), (value) => value / 8192);
}

interface Row {
  readonly file: string;
  readonly label: string;
  readonly load: number;
  readonly variable?: string;
}

/** One normal recording, and two faulty ones at each of three loads. */
const ROWS: readonly Row[] = [
  { file: 'N_0.mat', label: 'normal', load: 0 },
  ...[0, 1, 2].flatMap((load) =>
    ['ball', 'inner'].map((label) => ({ file: `${label}_${load}.mat`, label, load })),
  ),
];

function putSet(root: string, rows: readonly Row[] = ROWS): void {
  const lines = rows.map(({ file, label, load, variable = 'X9_DE_time' }, i) => {
    put(
      join(root, file),
      matBytes(
        [
          { name: variable.replace('DE', 'FE'), values: signal(50 + i) },
          { name: variable, values: signal(1 + i) },
          { name: 'X9RPM', values: [1796], type: 4 },
        ],
        { compressed: i % 2 === 0, bigEndian: i % 3 === 0 },
      ),
    );
    return `${file},${label},${load},${variable},"a, b"`;
  });
  put(join(root, 'manifest.csv'), [HEADER, ...lines].join('\n'));
}

const RULES = `reader: mat
manifest: manifest.csv
sampleRate: 12000
labels: { from: manifest, column: class }
groups: none
scale: 8192
window: { samples: 512, hopSamples: 256 }
frontEnd: { kind: raw, shift: 5 }
`;
const SPLIT = `split:
  test: { column: load, values: [2] }
  validation: { column: load, values: [1] }
`;
const SECTIONS = 'sections: [{ column: class, values: [normal], count: 4, validation: [2], test: [3] }]\n';
const BY_COLUMN = 'variable: { column: variable }\n';

describe('folder of MAT-files', () => {
  const folder = temporaryFolder();
  let number = 0;

  function withDefinition(text: string, rows: readonly Row[] = ROWS): string {
    const root = join(folder(), `set${++number}`);
    putSet(root, rows);
    put(join(root, 'dataset.yaml'), text);
    return root;
  }

  it('takes class, side and variable from the manifest and cuts the only normal recording in time', async () => {
    const { dataset, summary } = await loadDataset({
      path: withDefinition(RULES + BY_COLUMN + SPLIT + SECTIONS),
    });
    expect(summary.reader).to.equal('mat');
    expect(dataset.classes).to.deep.equal(['ball', 'inner', 'normal']);
    expect(dataset.shape).to.deep.equal({ height: 1, width: 512, channels: 1 });
    // 4,096 samples give 15 windows; a quarter of them gives 3.
    expect(summary.splits.train.perClass).to.deep.equal([15, 15, 6]);
    expect(summary.splits.validation.perClass).to.deep.equal([15, 15, 3]);
    expect(summary.splits.test.perClass).to.deep.equal([15, 15, 3]);
    const sides = [dataset.train, dataset.validation, dataset.test].map(({ groups }) => [...new Set(groups)]);
    expect(new Set(sides.flat()).size).to.equal(sides.flat().length);
    // The last window of the last section is the end of the recording: raw input is (x * 8192 + 16) >> 5.
    const normal = dataset.test.labels.lastIndexOf(2);
    const found = dataset.test.inputs.subarray(normal * 512, (normal + 1) * 512);
    const expected = signal(1)
      .slice(-512)
      .map((value) => Math.max(-128, Math.min(127, (Math.round(value * 8192) + 16) >> 5)));
    expect(Array.from(found)).to.deep.equal(expected);
  });

  it('finds the variable by a pattern as well', async () => {
    const byPattern = "variable: { pattern: '^X\\d+_DE_time$' }\n";
    const one = await loadDataset({ path: withDefinition(RULES + BY_COLUMN + SPLIT + SECTIONS) });
    const other = await loadDataset({ path: withDefinition(RULES + byPattern + SPLIT + SECTIONS) });
    expect(other.dataset.hash).to.equal(one.dataset.hash);
  });

  it('refuses a group on both sides', async () => {
    const text = RULES.replace('groups: none', "groups: { pattern: '^([a-z]+)_' }") + BY_COLUMN + SPLIT;
    await failure('DATA_SPLIT_GROUP_SHARED', () => loadDataset({ path: withDefinition(text) }));
  });

  const mistakes: readonly (readonly [what: string, code: string, text: string, message: RegExp])[] = [
    [
      'a variable that is not there',
      'DATA_MAT_NO_VARIABLE',
      `${RULES}variable: { pattern: '^speed$' }\n${SPLIT}`,
      /has no variable matching \^speed\$/,
    ],
    [
      'a pattern that fits two variables',
      'DATA_MAT_MANY_VARIABLES',
      `${RULES}variable: { pattern: '_time$' }\n${SPLIT}`,
      /X9_FE_time, X9_DE_time/,
    ],
    [
      'a column that is not there',
      'DATA_MANIFEST_COLUMN',
      `${RULES}variable: { column: channel }\n${SPLIT}`,
      /manifest\.csv has no column "channel"/,
    ],
    [
      'a manifest that is not there',
      'DATA_FILE_MISSING',
      RULES.replace('manifest.csv', 'list.csv') + BY_COLUMN + SPLIT,
      /list\.csv does not exist/,
    ],
    [
      'columns without a manifest',
      'DATA_MANIFEST_COLUMN',
      RULES.replace('manifest: manifest.csv\n', '') + BY_COLUMN + SPLIT,
      /names no manifest/,
    ],
    ['no sample rate', 'DATA_DEFINITION_INVALID', `reader: mat\n${BY_COLUMN}`, /sampleRate/],
    [
      'a scale far too small',
      'DATA_MAT_SCALE',
      RULES.replace('8192', '1e-9') + BY_COLUMN + SPLIT,
      /all zero/,
    ],
  ];
  for (const [what, code, text, message] of mistakes) {
    it(`has one clear line for ${what}`, async () => {
      const error = await failure(code, () => loadDataset({ path: withDefinition(text) }));
      expect(error.message).to.match(message);
    });
  }

  it('has one clear line for a file without a row, a row given twice and a picture', async () => {
    const missing = withDefinition(RULES + BY_COLUMN + SPLIT);
    put(join(missing, 'extra.mat'), matBytes([{ name: 'X9_DE_time', values: signal(3) }]));
    const error = await failure('DATA_MANIFEST_NO_ROW', () => loadDataset({ path: missing }));
    expect(error.message).to.match(/no row for extra\.mat/);

    const twice = withDefinition(RULES + BY_COLUMN + SPLIT, [...ROWS, ROWS[1]]);
    await failure('DATA_MANIFEST_REPEATED', () => loadDataset({ path: twice }));

    const picture = withDefinition(RULES + BY_COLUMN + SPLIT);
    put(
      join(picture, 'ball_0.mat'),
      matBytes([{ name: 'X9_DE_time', values: [1, 2, 3, 4], dimensions: [2, 2] }]),
    );
    const shape = await failure('DATA_MAT_NOT_VECTOR', () => loadDataset({ path: picture }));
    expect(shape.message).to.match(/ball_0\.mat: variable X9_DE_time is 2 x 2/);
  });

  it('skips bad files when asked to, and names them', async () => {
    const root = withDefinition(RULES + BY_COLUMN + SPLIT + SECTIONS, [
      ...ROWS,
      { file: 'ball_3.mat', label: 'ball', load: 0 },
    ]);
    put(join(root, 'ball_3.mat'), matBytes([{ name: 'X9_DE_time', values: signal(3) }]).subarray(0, 500));
    await failure('DATA_MAT_TRUNCATED', () => loadDataset({ path: root }));
    const { summary } = await loadDataset({ path: root, badFiles: 'skip' });
    expect(summary.skipped.map(({ file, code }) => [file, code])).to.deep.equal([
      ['ball_3.mat', 'DATA_MAT_TRUNCATED'],
    ]);
  });
});
