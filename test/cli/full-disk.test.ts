import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../src/core/files.js';
import { temporaryFolder } from '../data/fixtures.js';
import { litesnn, litesnnJson, refused } from './support/command-line.js';
import { expectNothingHalfWritten, expectTidy } from './support/run-files.js';
import { tinyRun, writeStripes } from './support/tiny-data.js';

describe('folders that cannot be written', function () {
  const folder = temporaryFolder();
  let data = '';
  const mounted: string[] = [];

  before(() => {
    data = writeStripes(join(folder(), 'stripes'));
  });
  afterEach(() => {
    for (const path of mounted.splice(0)) spawnSync('umount', [path]);
  });

  /** A small disk of its own, or a skipped test where this user or container may not mount one. */
  function mount(context: Mocha.Context, name: string, options: string): string {
    const path = join(folder(), name);
    mkdirSync(path);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
    if (status !== 0) {
      process.stderr.write('skipped: mounting a file system is not permitted here\n');
      context.skip();
    }
    mounted.push(path);
    return path;
  }

  it('a file in the way of the folder', async () => {
    const out = join(data, 'train-labels-idx1-ubyte', 'run');
    const says = /cannot write .*: a part of the path is a file/;
    await refused(tinyRun(data, out), { exitCode: 2, code: 'FILE_UNWRITABLE', says });
  });

  it('a folder without permission', async function () {
    if (process.getuid?.() === 0) {
      process.stderr.write('skipped: root may write everywhere; the read-only disk stands for it\n');
      this.skip();
    }
    const locked = join(folder(), 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    const says = /cannot write .*: no permission/;
    await refused(tinyRun(data, join(locked, 'run')), { exitCode: 2, code: 'FILE_UNWRITABLE', says });
  });

  it('a read-only disk', async function () {
    const disk = mount(this, 'readonly', 'ro,size=1m');
    const says = /cannot write .*: the file system is read-only \(choose another output folder\)/;
    await refused(tinyRun(data, join(disk, 'run')), { exitCode: 2, code: 'FILE_UNWRITABLE', says });
  });

  it('a run that has become read-only', async function () {
    const disk = mount(this, 'turned', 'size=4m');
    const run = join(disk, 'run');
    await litesnnJson(['data', 'convert', data, '--run', run, '--target', 'mps2-an386', '--preset', 'smoke']);
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    const says = /cannot write .*: the file system is read-only/;
    await refused(['search', '--run', run], { exitCode: 2, code: 'FILE_UNWRITABLE', says });
  });

  it('a full disk, at whatever place it becomes full, and a run that goes on when there is room', async function () {
    let failures = 0;
    for (const kilobytes of [4, 24, 120, 400]) {
      const disk = mount(this, `full${kilobytes}`, `size=${kilobytes}k`);
      const run = join(disk, 'run');
      const { code, stderr } = await litesnn(tinyRun(data, run));
      expectNothingHalfWritten(run);
      const lines = stderr.split('\n').filter((line) => line.startsWith('litesnn: '));
      expect(lines, `${kilobytes} KiB: ${stderr}`).to.have.length(1);
      // The compiler has its own words for it.
      expect(code, stderr).to.be.oneOf([2, 5]);
      expect(lines[0]).to.match(/the disk is full|No space left/);
      failures++;
      if (kilobytes !== 400) continue;
      expect(spawnSync('mount', ['-o', 'remount,size=64m', disk]).status).to.equal(0);
      const again = await litesnn(tinyRun(data, run));
      expect(again.code, again.stderr).to.equal(0);
      expectTidy(run);
    }
    expect(failures).to.equal(4);
  });

  it('a file for which there is room only in part is not written at all', function () {
    const disk = mount(this, 'part', 'size=64k');
    expect(() => {
      writeAtomic(join(disk, 'file'), Buffer.alloc(1 << 17, 1));
    }).to.throw('the disk is full');
    expect(readdirSync(disk)).to.deep.equal([]);
    expect(existsSync(join(disk, 'file'))).to.equal(false);
  });
});
