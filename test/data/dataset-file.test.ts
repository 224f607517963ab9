import { expect } from 'chai';
import fc from 'fast-check';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { sha256 } from '../../src/core/files.js';
import { readDataset, writeDataset } from '../../src/data/dataset-file.js';
import { loadDataset, type LoadedDataset } from '../../src/data/load.js';
import { failure, put, temporaryFolder, tone, wavBytes } from './fixtures.js';

type Json = Record<string, unknown>;

describe('dataset.json and dataset.bin', () => {
  const folder = temporaryFolder();
  let loaded: LoadedDataset;
  let good = '';

  before(async () => {
    for (const [w, word] of ['no', 'yes'].entries()) {
      for (let n = 0; n < 10; n++) put(join(folder(), 'set', word, `${n}.wav`), wavBytes(tone(10 * w + n)));
    }
    put(
      join(folder(), 'set', 'dataset.yaml'),
      'reader: wav\nwindow: { samples: 64 }\nfrontEnd: { kind: raw }\n',
    );
    loaded = await loadDataset({ path: join(folder(), 'set') });
    good = join(folder(), 'good');
    writeDataset(good, loaded.dataset, loaded.summary);
  });

  it('come back as they were written', () => {
    expect(readDataset(good)).to.deep.equal(loaded);
  });

  it('are the same bytes each time', () => {
    const again = join(folder(), 'again');
    writeDataset(again, loaded.dataset, loaded.summary);
    for (const file of ['dataset.json', 'dataset.bin']) {
      expect(readFileSync(join(again, file)).equals(readFileSync(join(good, file))), file).to.equal(true);
    }
  });

  function damaged(change: (files: { json: Json; bin: Buffer }) => { json?: Json; bin?: Buffer }): string {
    const copy = join(folder(), 'damaged');
    rmSync(copy, { recursive: true, force: true });
    cpSync(good, copy, { recursive: true });
    const json = JSON.parse(readFileSync(join(copy, 'dataset.json'), 'utf8')) as Json;
    const bin = readFileSync(join(copy, 'dataset.bin'));
    const changed = change({ json, bin });
    writeFileSync(join(copy, 'dataset.json'), JSON.stringify(changed.json ?? json));
    writeFileSync(join(copy, 'dataset.bin'), changed.bin ?? bin);
    return copy;
  }

  const defects: readonly [
    string,
    string,
    (files: { json: Json; bin: Buffer }) => { json?: Json; bin?: Buffer },
  ][] = [
    ['a truncated file', 'DATASET_SHORT', ({ bin }) => ({ bin: bin.subarray(0, bin.length - 1) })],
    ['extra bytes', 'DATASET_LONG', ({ bin }) => ({ bin: Buffer.concat([bin, Buffer.alloc(1)]) })],
    ['another version', 'DATASET_VERSION', ({ json }) => ({ json: { ...json, version: 2 } })],
    ['another format', 'DATASET_HEADER', ({ json }) => ({ json: { ...json, format: 'something' } })],
    ['an unknown key', 'DATASET_HEADER', ({ json }) => ({ json: { ...json, extra: 1 } })],
    ['a missing key', 'DATASET_HEADER', ({ json }) => ({ json: { ...json, counts: undefined } })],
    ['another front-end', 'DATASET_HASH', ({ json }) => ({ json: { ...json, frontEnd: { kind: 'image' } } })],
    ['other classes', 'DATASET_HASH', ({ json }) => ({ json: { ...json, classes: ['a', 'b'] } })],
  ];
  for (const [name, code, change] of defects) {
    it(`names ${name}`, async () => {
      await failure(code, () => readDataset(damaged(change)));
    });
  }

  it('names a label beyond the classes, even under a right checksum', async () => {
    const copy = damaged(({ json, bin }) => {
      // The first label stands behind the groups of the training split.
      bin.writeUInt16LE(2, 4 * loaded.dataset.train.count);
      return { bin, json: { ...json, samples: { bytes: bin.length, sha256: sha256(bin) } } };
    });
    const error = await failure('DATASET_LABEL', () => readDataset(copy));
    expect(error.message).to.contain('label 2 of train sample 0');
  });

  it('names a missing file and broken JSON', async () => {
    const copy = damaged((files) => files);
    writeFileSync(join(copy, 'dataset.json'), '{');
    await failure('FILE_NOT_JSON', () => readDataset(copy));
    rmSync(join(copy, 'dataset.bin'));
    await failure('DATASET_MISSING', () => readDataset(copy));
  });

  it('answers a damaged dataset.json with the same samples or a LitesnnError', () => {
    const text = readFileSync(join(good, 'dataset.json'));
    const copy = damaged((files) => files);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const bytes = Buffer.from(cut ? text.subarray(0, at) : text);
        if (!cut) bytes[at] = value;
        writeFileSync(join(copy, 'dataset.json'), bytes);
        try {
          expect(readDataset(copy).dataset.train).to.deep.equal(loaded.dataset.train);
        } catch (error) {
          expect(error).to.be.instanceOf(LitesnnError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds every flipped bit of the samples', () => {
    const size = readFileSync(join(good, 'dataset.bin')).length;
    fc.assert(
      fc.property(fc.nat(size - 1), fc.nat(7), (at, bit) => {
        const copy = damaged(({ bin }) => {
          bin[at] ^= 1 << bit;
          return { bin };
        });
        expect(() => readDataset(copy)).to.throw(LitesnnError, /damaged/);
      }),
      { numRuns: 40 },
    );
  });
});
