import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/paths.js';
import { listTargets, loadTarget } from '../../src/targets/load.js';
import { temporaryFolder } from '../support/firmware-project.js';

const good = readFileSync(join(packageRoot, 'targets', 'mps2-an386.yaml'), 'utf8');

function errorOf(action: () => unknown): LitesnnError {
  try {
    action();
  } catch (error) {
    if (error instanceof LitesnnError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('targets', () => {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  const errorOfText = (text: string) => {
    const path = join(folder.path, 'board.yaml');
    writeFileSync(path, text);
    const error = errorOf(() => loadTarget(path));
    expect(error.message.startsWith(`${path}: `), error.message).to.equal(true);
    expect(error.message).not.to.contain('\n');
    return error.message.slice(path.length + 2);
  };

  it('lists every board of this version, each under its own name', () => {
    const targets = listTargets();
    expect(targets.map(({ name }) => name)).to.include.members([
      'mps2-an385',
      'mps2-an386',
      'mps2-an500',
      'mps2-an505',
    ]);
    for (const target of targets) expect(loadTarget(target.name)).to.deep.equal(target);
  });

  it('reads hexadecimal numbers', () => {
    const { flasher, memory } = loadTarget('mps2-an386');
    expect(flasher).to.include({ protocol: 'stm32-uart', productId: 0x415 });
    expect(memory.flash).to.deep.equal({ origin: 0x10000, bytes: 0x100000 });
  });

  it('reads a file anywhere', () => {
    const path = join(folder.path, 'mine.yaml');
    writeFileSync(path, good.replace('name: mps2-an386', 'name: mine'));
    expect(loadTarget(path).name).to.equal('mine');
  });

  it('suggests what was probably meant', () => {
    for (const [typed, meant] of [
      ['mps2-an396', 'mps2-an386'],
      ['an505', 'mps2-an505'],
      ['MPS2-AN385', 'mps2-an385'],
    ]) {
      const error = errorOf(() => loadTarget(typed));
      expect(error.code).to.equal('TARGET_UNKNOWN');
      expect(error.exitCode).to.equal(2);
      expect(error.hint).to.equal(`did you mean ${meant}?`);
    }
    expect(errorOf(() => loadTarget('esp32')).hint).to.match(/^known targets: .*mps2-an386/);
  });

  it('names file and key of every mistake', () => {
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['core: cortex-m4', 'core: cortex-a9', /^core: /],
      ['clockHz: 25000000', 'clockHz: fast', /^clockHz: /],
      ['clockHz: 25000000', 'clockhz: 25000000', /^clockHz: .*\(and 1 more\)$/],
      ['  baud: 115200\n  irq', '  baud: -1\n  irq', /^uart\.baud: /],
      ['tier: emulated', 'tier: emulated\ncolour: red', /Unrecognized key: "colour"/],
      ['  pageBytes: 2048', '  pageBytes: 3000', /^flasher\.pageBytes: must divide memory\.flash\.bytes$/],
      [
        'origin: 0x00010000, bytes: 0x100000',
        'origin: 0x00008000, bytes: 0x100000',
        /^memory\.bootloaderFlash: overlaps flash$/,
      ],
      ['  irq: 8\n', '', /^counter\.irq: is needed for a cmsdk-timer$/],
      ['origin: 0x20003000', 'origin: 0x20003001', /^memory\.ram\.origin: must be a multiple of 4$/],
      ['  value: 1.6', '  value: 0', /^cyclesPerInstruction\.value: /],
      ['name: mps2-an386', 'name: "a b"', /^name: must be small letters/],
      [
        good.slice(good.indexOf('emulator:')),
        '',
        /^counter\.counts: can be instructions only where an emulator is named$/,
      ],
      [
        'bootloaderRam: { origin: 0x20000000, bytes: 0x3000 }',
        '',
        /^memory: bootloaderFlash and bootloaderRam come together$/,
      ],
    ];
    for (const [from, to, message] of cases) {
      expect(good, from).to.contain(from);
      expect(errorOfText(good.replace(from, to)), to).to.match(message);
    }
  });

  it('gives the line of a syntax error', () => {
    expect(errorOfText(good.replace('core: cortex-m4', 'core: [cortex-m4'))).to.match(/^line \d+: /);
    expect(errorOfText('')).to.match(/expected object/i);
  });

  it('says when there is no such file', () => {
    expect(errorOf(() => loadTarget('./nowhere.yaml')).code).to.equal('FILE_UNREADABLE');
  });
});
