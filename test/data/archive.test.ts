import { expect } from 'chai';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { loadDataset } from '../../src/data/load.js';
import { failure, put, temporaryFolder, tone, wavBytes } from './fixtures.js';

/** One ustar entry with a name that `tar` would not write. */
function ustar(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((a, b) => a + b, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(512);
  body.write(content);
  return Buffer.concat([header, body]);
}

describe('archives', () => {
  const folder = temporaryFolder();
  let archive = '';
  let cacheFolder = '';

  before(async () => {
    cacheFolder = join(folder(), 'cache');
    for (const [w, word] of ['no', 'yes'].entries()) {
      for (let n = 0; n < 10; n++) {
        put(join(folder(), 'pack', word, `${n}.wav`), wavBytes(tone(10 * w + n, 800, 300 + 900 * w)));
      }
    }
    archive = join(folder(), 'pack.tar.gz');
    await create({ gzip: true, file: archive, cwd: folder() }, ['pack']);
  });

  it('reads a .tar.gz like the folder in it, unpacking once', async () => {
    const direct = await loadDataset({ path: join(folder(), 'pack') });
    const notes: string[] = [];
    const progress = {
      start: () => ({ update: () => undefined, finish: () => undefined }),
      note: (text: string) => notes.push(text),
    };
    for (let time = 0; time < 2; time++) {
      const { dataset, summary } = await loadDataset({ path: archive, cacheFolder, progress });
      expect(dataset.hash).to.equal(direct.dataset.hash);
      expect([summary.name, summary.source]).to.deep.equal(['pack', archive]);
    }
    expect(notes.length).to.equal(1);
  });

  it('names defects of files by the archive, not by the cache', async () => {
    const root = join(folder(), 'bad', 'pack');
    mkdirSync(root, { recursive: true });
    for (const word of ['no', 'yes']) put(join(root, word, 'a.wav'), 'no sound');
    const file = join(folder(), 'bad.tar.gz');
    await create({ gzip: true, file, cwd: join(folder(), 'bad') }, ['pack']);
    const error = await failure('DATA_WAV_NOT_RIFF', () => loadDataset({ path: file, cacheFolder }));
    expect(error.message).to.contain(join(file, 'no', 'a.wav'));
  });

  const unsafe: readonly [string, string][] = [
    ['a name that leads out', '../escaped.wav'],
    ['an inner ..', 'pack/../../escaped.wav'],
    ['an absolute name', '/tmp/litesnn-escaped.wav'],
  ];
  unsafe.forEach(([name, entry], index) => {
    it(`rejects ${name}`, async () => {
      const bytes = Buffer.concat([ustar('pack/good.txt', 'good'), ustar(entry, 'bad'), Buffer.alloc(1024)]);
      const file = put(join(folder(), `unsafe-${index}.tar.gz`), gzipSync(bytes));
      const error = await failure('DATA_ARCHIVE_UNSAFE', () => loadDataset({ path: file, cacheFolder }));
      expect(error.message).to.contain('escaped.wav');
      expect(readdirSync(folder())).to.not.include('escaped.wav');
    });
  });

  it('rejects links', async () => {
    const root = join(folder(), 'linked');
    mkdirSync(root);
    symlinkSync('/etc/passwd', join(root, 'a.wav'));
    const file = join(folder(), 'linked.tar.gz');
    await create({ gzip: true, file, cwd: folder() }, ['linked']);
    const error = await failure('DATA_ARCHIVE_UNSAFE', () => loadDataset({ path: file, cacheFolder }));
    expect(error.message).to.contain('SymbolicLink');
  });

  it('names damaged archives, and leaves nothing of them in the cache', async () => {
    const before = readdirSync(join(cacheFolder, 'datasets'));
    const bytes = readFileSync(archive);
    const cut = put(join(folder(), 'cut.tar.gz'), bytes.subarray(0, bytes.length >> 1));
    await failure('DATA_ARCHIVE_CORRUPT', () => loadDataset({ path: cut, cacheFolder }));
    const text = put(join(folder(), 'text.tar.gz'), 'this is no archive');
    await failure('DATA_ARCHIVE_CORRUPT', () => loadDataset({ path: text, cacheFolder }));
    const empty = put(join(folder(), 'empty.tar.gz'), gzipSync(Buffer.alloc(1024)));
    await failure('DATA_ARCHIVE_CORRUPT', () => loadDataset({ path: empty, cacheFolder }));
    expect(readdirSync(join(cacheFolder, 'datasets'))).to.deep.equal(before);
  });
});
