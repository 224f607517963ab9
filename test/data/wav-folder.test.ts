import { expect } from 'chai';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '../../src/data/load.js';
import { failure, put, temporaryFolder, tone, wavBytes } from './fixtures.js';

const WORDS = ['no', 'yes'];

/** Speech Commands' layout: two words, `speakers` speakers, two recordings each. @returns the files */
function putCommands(root: string, speakers: number): string[] {
  const files: string[] = [];
  WORDS.forEach((word, w) => {
    for (let speaker = 0; speaker < speakers; speaker++) {
      for (let n = 0; n < 2; n++) {
        const file = `${word}/${(0xa0 + speaker).toString(16)}_nohash_${n}.wav`;
        put(join(root, file), wavBytes(tone(100 * speaker + 10 * w + n, 800, 300 + 900 * w)));
        files.push(file);
      }
    }
  });
  return files;
}

describe('folder of WAV files', () => {
  const folder = temporaryFolder();

  it('holds out whole speakers for test and validation, the same ones each time', async () => {
    const root = join(folder(), 'speakers');
    putCommands(root, 20);
    put(join(root, '_background_noise_', 'long.wav'), wavBytes(tone(7, 3000)));
    put(join(root, 'LICENSE'), 'text');
    const { dataset, summary } = await loadDataset({ path: root });
    expect(dataset.classes).to.deep.equal(WORDS);
    expect(dataset.shape).to.deep.equal({ height: 40, width: 32, channels: 1 });
    expect(summary.splits.test).to.deep.equal({ samples: 8, groups: 2, perClass: [4, 4] });
    expect(summary.splits.validation).to.deep.equal({ samples: 8, groups: 2, perClass: [4, 4] });
    expect(summary.splits.train).to.deep.equal({ samples: 64, groups: 16, perClass: [32, 32] });
    const groups = [dataset.train, dataset.validation, dataset.test].map((split) => new Set(split.groups));
    expect(new Set(groups.flatMap((set) => [...set])).size).to.equal(20);
    const again = await loadDataset({ path: root, seed: 77 });
    expect(again.dataset.hash).to.equal(dataset.hash);
  });

  it('honours both lists', async () => {
    const root = join(folder(), 'lists');
    const files = putCommands(root, 5);
    put(join(root, 'testing_list.txt'), files.filter((file) => file.includes('a0_')).join('\n'));
    put(
      join(root, 'validation_list.txt'),
      `${files.filter((file) => file.includes('a1_')).join('\r\n')}\r\n`,
    );
    const { summary } = await loadDataset({ path: root });
    expect(summary.splits.test).to.deep.equal({ samples: 4, groups: 1, perClass: [2, 2] });
    expect(summary.splits.validation).to.deep.equal({ samples: 4, groups: 1, perClass: [2, 2] });
    expect(summary.splits.train.samples).to.equal(12);
  });

  it('names lists that are wrong', async () => {
    const root = join(folder(), 'wrong-lists');
    const files = putCommands(root, 4);
    const speaker = (name: string): string => files.filter((file) => file.includes(`${name}_`)).join('\n');
    const lists = (test: string, validation: string): void => {
      put(join(root, 'testing_list.txt'), test);
      put(join(root, 'validation_list.txt'), validation);
    };
    lists(`${speaker('a0')}\nyes/gone.wav`, speaker('a1'));
    const error = await failure('DATA_LIST_NAMES_MISSING_FILE', () => loadDataset({ path: root }));
    expect(error.message).to.contain('testing_list.txt').and.to.contain('yes/gone.wav');
    const { summary } = await loadDataset({ path: root, badFiles: 'skip' });
    expect(summary.skipped.map(({ file }) => file)).to.deep.equal(['yes/gone.wav']);

    lists(speaker('a0'), speaker('a0'));
    await failure('DATA_SPLIT_OVERLAP', () => loadDataset({ path: root }));
    lists(files[0], speaker('a1'));
    const shared = await failure('DATA_SPLIT_GROUP_SHARED', () => loadDataset({ path: root }));
    expect(shared.message).to.contain('"a0"');
    lists('', speaker('a1'));
    await failure('DATA_SPLIT_EMPTY', () => loadDataset({ path: root }));
    const definition = put(
      join(folder(), 'list.yaml'),
      'reader: wav\nsplit: { test: { list: nowhere.txt } }\n',
    );
    await failure('DATA_LIST_MISSING', () => loadDataset({ path: root, definition }));
  });

  it('reports bad files by name: fatal, or counted and left out', async () => {
    const root = join(folder(), 'bad');
    const files = putCommands(root, 10);
    const good = await loadDataset({ path: root });
    put(join(root, files[3]), wavBytes(tone(1), { promisedBytes: 99999 }));
    const error = await failure('DATA_WAV_TRUNCATED', () => loadDataset({ path: root }));
    expect(error.message).to.contain(join(root, files[3])).and.to.contain('promises 99999 bytes');
    put(join(root, files[8]), wavBytes(tone(2), { sampleRate: 16000 }));
    const { summary } = await loadDataset({ path: root, badFiles: 'skip' });
    expect(summary.skipped.map(({ file, code }) => [file, code])).to.have.deep.members([
      [files[3], 'DATA_WAV_TRUNCATED'],
      [files[8], 'DATA_WAV_RATE'],
    ]);
    const count = (splits: typeof summary.splits): number =>
      splits.train.samples + splits.validation.samples + splits.test.samples;
    expect(count(summary.splits)).to.equal(count(good.summary.splits) - 2);
    expect(summary.notes[0]).to.contain('2 bad files');

    for (const file of files.slice(0, 21)) put(join(root, file), 'no sound');
    await failure('DATA_MOSTLY_BAD', () => loadDataset({ path: root, badFiles: 'skip' }));
  });

  it('removes from training what is repeated in the held-out splits, and counts it', async () => {
    const root = join(folder(), 'repeats');
    const files = putCommands(root, 6);
    put(join(root, 'testing_list.txt'), files.filter((file) => file.includes('a0_')).join('\n'));
    put(join(root, 'validation_list.txt'), files.filter((file) => file.includes('a1_')).join('\n'));
    const copy = (from: string, to: string): void => {
      const [, word, speaker, n] = /^(.*)\/(..)_nohash_(.)/.exec(from)!;
      const seed = 100 * (parseInt(speaker, 16) - 0xa0) + 10 * WORDS.indexOf(word) + Number(n);
      put(join(root, to), wavBytes(tone(seed, 800, 300 + 900 * WORDS.indexOf(word))));
    };
    copy('yes/a0_nohash_0.wav', 'yes/a2_nohash_0.wav');
    copy('yes/a1_nohash_0.wav', 'yes/a3_nohash_0.wav');
    copy('yes/a0_nohash_1.wav', 'yes/a1_nohash_1.wav');
    copy('no/a4_nohash_0.wav', 'no/a4_nohash_1.wav');
    const { summary, dataset } = await loadDataset({ path: root });
    expect(summary.repeats).to.deep.equal({
      removedFromTrain: 2,
      removedFromValidation: 1,
      within: { train: 1, validation: 0, test: 0 },
    });
    expect([dataset.train.count, dataset.validation.count, dataset.test.count]).to.deep.equal([14, 3, 4]);
  });

  it('takes a limited, stratified part of each split', async () => {
    const root = join(folder(), 'speakers');
    const limit = { train: 20, validation: 4, test: 6 };
    const { summary, dataset } = await loadDataset({ path: root, limit, seed: 1 });
    expect(summary.splits.train.perClass).to.deep.equal([10, 10]);
    expect(summary.splits.validation.perClass).to.deep.equal([2, 2]);
    expect(summary.splits.test.perClass).to.deep.equal([3, 3]);
    const other = await loadDataset({ path: root, limit, seed: 2 });
    expect(other.dataset.hash).to.not.equal(dataset.hash);
  });

  it('says what it looked for, and what is missing', async () => {
    await failure('DATA_NOT_FOUND', () => loadDataset({ path: join(folder(), 'nothing') }));
    const root = join(folder(), 'strange');
    put(join(root, 'readme.txt'), 'x');
    const error = await failure('DATA_NOT_RECOGNISED', () => loadDataset({ path: root }));
    for (const name of ['dataset.yaml', 'train-images-idx3-ubyte', 'data_batch_', '.wav']) {
      expect(error.message).to.contain(name);
    }
    await failure('DATA_NOT_A_SET', () => loadDataset({ path: join(root, 'readme.txt') }));
    put(join(root, 'dataset.yaml'), 'reader: wav\n');
    await failure('DATA_NO_FILES', () => loadDataset({ path: root }));
    put(join(root, 'one', 'a.wav'), wavBytes(tone(1)));
    await failure('DATA_ONE_CLASS', () => loadDataset({ path: root }));
    rmSync(root, { recursive: true });
  });
});
