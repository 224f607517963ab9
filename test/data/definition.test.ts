import { expect } from 'chai';
import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/paths.js';
import { parseDefinition, readDefinition } from '../../src/data/definition.js';
import { loadDataset } from '../../src/data/load.js';
import { failure, put, temporaryFolder, tone, wavBytes } from './fixtures.js';

describe('dataset.yaml', () => {
  const mistakes: readonly [string, string, RegExp][] = [
    ['an unknown key', 'reader: wav\nsampelRate: 8000', /unknown key "sampelRate"/],
    ['an unknown inner key', 'reader: wav\nwindow: { seconds: 1, hopp: 2 }', /unknown key "hopp" in window/],
    ['an unknown reader', 'reader: mp3', /reader: must be wav, mat, idx or cifar/],
    ['no reader', 'name: x', /reader/],
    ['a wrong type', 'reader: wav\nwindow: { seconds: long }', /window\.seconds: expected number/],
    [
      'two lengths',
      'reader: wav\nwindow: { seconds: 1, samples: 5 }',
      /window: .*exactly one of seconds and samples/,
    ],
    [
      'a bad expression',
      "reader: wav\nlabels: { from: name, pattern: '(' }",
      /labels\.pattern: .*regular expression/,
    ],
    ['an expression without group', "reader: wav\ngroups: { pattern: 'abc' }", /groups.*one \( \) group/],
    [
      'two split rules',
      'reader: wav\nsplit: { test: { list: a, fraction: 0.1 } }',
      /split\.test: .*exactly one/,
    ],
    [
      'a pattern without values',
      "reader: wav\nsplit: { test: { pattern: '(a)' } }",
      /values belong together/,
    ],
    ['a fraction of one', 'reader: wav\nsplit: { test: { fraction: 1 } }', /split\.test\.fraction/],
    ['a bad policy', 'reader: wav\nbadFiles: ignore', /badFiles/],
    ['nothing', '', /expected object/],
  ];
  for (const [name, text, message] of mistakes) {
    it(`names ${name}`, async () => {
      const error = await failure('DATA_DEFINITION_INVALID', () => parseDefinition(text, 'my/dataset.yaml'));
      expect(error.message)
        .to.match(message)
        .and.to.match(/^my\/dataset\.yaml: /);
    });
  }

  it('names the line of broken YAML', async () => {
    const error = await failure('DATA_DEFINITION_YAML', () =>
      parseDefinition('reader: wav\nname: [', 'd.yaml'),
    );
    expect(error.message).to.match(/^d\.yaml is not valid YAML: .* at line 2, column 8$/);
  });

  it('answers any text with a definition or a LitesnnError', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ reader: fc.constantFrom('wav', 'idx', 'cifar'), split: fc.anything() })
        .map((v) => JSON.stringify(v)),
    );
    fc.assert(
      fc.property(text, (input) => {
        try {
          parseDefinition(input, 'x.yaml');
        } catch (error) {
          expect(error).to.be.instanceOf(LitesnnError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('accepts every definition that comes with the documentation', () => {
    const folder = join(packageRoot, 'docs', 'datasets');
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
    expect(files).to.include.members(['fsdd.yaml', 'speech-commands-12.yaml', 'cifar-10-part.yaml']);
    for (const file of files)
      expect(readDefinition(join(folder, file)).definition.path, file).to.not.equal(undefined);
  });
});

describe('flat layout through a definition', () => {
  const folder = temporaryFolder();
  const digits = [0, 1, 2];
  const speakers = ['ann', 'bob', 'cyd'];
  const yaml = (split: string, more = ''): string =>
    `name: digits\nreader: wav\npath: [nowhere, set]\nfiles: ^recordings/\nlabels: { from: name, pattern: '^(\\d)_' }\n` +
    `window: { seconds: 0.1 }\nfrontEnd: { kind: raw, shift: 7 }\nsplit:\n  test: ${split}\n${more}`;

  before(() => {
    for (const digit of digits) {
      for (const [s, speaker] of speakers.entries()) {
        for (let index = 0; index < 12; index++) {
          const samples = tone(1000 * digit + 100 * s + index, 600 + 50 * index);
          put(join(folder(), 'set', 'recordings', `${digit}_${speaker}_${index}.wav`), wavBytes(samples));
        }
      }
    }
    put(join(folder(), 'set', 'other', 'x.wav'), 'left out by files');
  });

  it('splits by ranges of a number in the name', async () => {
    const path = put(
      join(folder(), 'by-index.yaml'),
      yaml(`{ pattern: '_(\\d+)\\.wav$', values: [0-1, 7] }`, 'groups: none'),
    );
    const { dataset, summary } = await loadDataset({ path });
    expect(summary.name).to.equal('digits');
    expect(summary.source).to.equal(join(folder(), 'set'));
    expect(dataset.classes).to.deep.equal(['0', '1', '2']);
    expect(summary.splits.test.perClass).to.deep.equal([9, 9, 9]);
    expect(summary.splits.validation.perClass).to.deep.equal([3, 3, 3]);
    expect(dataset.shape).to.deep.equal({ height: 1, width: 800, channels: 1 });
  });

  it('leaves one speaker out, and takes the data root from the caller', async () => {
    const side = `{ pattern: '_([a-z]+)_', values: [bob] }`;
    const path = put(
      join(folder(), 'elsewhere', 'by-speaker.yaml'),
      yaml(side, "groups: { pattern: '_([a-z]+)_' }"),
    );
    await failure('DATA_NOT_FOUND', () => loadDataset({ path }));
    const { summary } = await loadDataset({ path, dataRoot: folder() });
    expect(summary.splits.test).to.deep.equal({ samples: 36, groups: 1, perClass: [12, 12, 12] });
    expect(summary.splits.validation.groups).to.equal(1);
    expect(summary.splits.train.groups).to.equal(1);
  });

  it('refuses a split that shares groups it was told about', async () => {
    const side = `{ pattern: '_(\\d+)\\.wav$', values: [0-1] }`;
    const path = put(join(folder(), 'shared.yaml'), yaml(side, "groups: { pattern: '_([a-z]+)_' }"));
    await failure('DATA_SPLIT_GROUP_SHARED', () => loadDataset({ path }));
  });

  it('reports files whose name tells no label, or one that is not among the classes', async () => {
    const text = yaml('{ fraction: 0.2 }').replace('^(\\d)_', '^([01])_');
    const path = put(join(folder(), 'labels.yaml'), text);
    const error = await failure('DATA_LABEL_UNKNOWN', () => loadDataset({ path }));
    expect(error.message).to.contain('2_ann_0.wav');
    const { summary } = await loadDataset({ path, badFiles: 'skip' });
    expect(summary.skipped.length).to.equal(36);
    const classes = put(join(folder(), 'classes.yaml'), yaml('{ fraction: 0.2 }', 'classes: [0, 1]'));
    await failure('DATA_LABEL_UNKNOWN', () => loadDataset({ path: classes }));
  });

  it('cuts overlapping windows that share the group of their recording', async () => {
    const text = yaml('{ fraction: 0.2 }').replace('seconds: 0.1', 'samples: 400, hopSamples: 200');
    const path = put(join(folder(), 'windows.yaml'), text);
    const { dataset, summary } = await loadDataset({ path });
    // 600 + 50 i samples give floor((200 + 50 i) / 200) + 1 windows.
    const windows = Array.from({ length: 12 }, (_, i) => Math.floor((200 + 50 * i) / 200) + 1).reduce(
      (a, b) => a + b,
    );
    const { train, validation, test } = summary.splits;
    expect(train.samples + validation.samples + test.samples).to.equal(windows * 9);
    expect(train.groups + validation.groups + test.groups).to.equal(108);
    const held = new Set(dataset.test.groups);
    expect([...dataset.train.groups, ...dataset.validation.groups].some((group) => held.has(group))).to.equal(
      false,
    );
    const limited = await loadDataset({ path, limit: { train: 10 } });
    expect(limited.dataset.train.count).to.equal(10);
  });

  it('names a front-end that is unknown, wrong for the data, or has wrong parameters', async () => {
    const withFrontEnd = (frontEnd: string): string =>
      put(
        join(folder(), 'front-end.yaml'),
        yaml('{ fraction: 0.2 }').replace('kind: raw, shift: 7', frontEnd),
      );
    const load = (frontEnd: string) => () => loadDataset({ path: withFrontEnd(frontEnd) });
    const unknown = await failure('FRONT_END_INVALID', load('kind: magic'));
    expect(unknown.message).to.contain('image, log-mel, raw');
    await failure('FRONT_END_WRONG_INPUT', load('kind: image'));
    const key = await failure('FRONT_END_INVALID', load('kind: log-mel, melz: 3'));
    expect(key.message).to.contain('unknown key "melz"');
    await failure('FRONT_END_INVALID', load('kind: log-mel, frameMilliseconds: 200'));
    await failure('FRONT_END_INVALID', load('kind: log-mel, frames: 10, mels: 200'));
    await failure('FRONT_END_INVALID', load('kind: log-mel, highHz: 4001'));
  });
});
