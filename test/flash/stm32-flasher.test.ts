import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import { stm32Crc } from '../../src/core/stm32-crc.js';
import { Stm32UartFlasher } from '../../src/flash/stm32-uart/stm32-uart-flasher.js';
import type { Target } from '../../src/targets/target.js';
import { FakeLoader, type FakeLoaderOptions } from './support/fake-loader.js';
import { fakeImage, fakeTarget, shortLimits } from './support/fixtures.js';
import { MemoryLink } from './support/memory-link.js';

interface Bench {
  readonly link: MemoryLink;
  readonly loader: FakeLoader;
  readonly flasher: Stm32UartFlasher;
}

function bench(options: FakeLoaderOptions = {}, target: Target = fakeTarget): Bench {
  const link = new MemoryLink();
  const loader = new FakeLoader(
    (bytes) => {
      link.deliver(bytes);
    },
    () => {
      link.unplug();
    },
    options,
  );
  link.peer = loader;
  return { link, loader, flasher: new Stm32UartFlasher(link, target, { limits: shortLimits }) };
}

async function failureOf(work: Promise<unknown>): Promise<LitesnnError> {
  try {
    await work;
  } catch (error) {
    expect(error).to.be.instanceOf(LitesnnError);
    return error as LitesnnError;
  }
  throw new Error('it did not fail');
}

const all = { verify: true, go: true };

describe('STM32 UART flasher', () => {
  it('identifies, erases what the image needs, writes, compares by checksum and starts', async () => {
    const { loader, flasher } = bench();
    const image = fakeImage(5000);
    const report = await flasher.flash(image, all);
    expect(loader.flash.subarray(0, 5000)).to.deep.equal(image);
    expect(loader.flash[6144]).to.equal(0xaa);
    expect(loader.started).to.equal(true);
    expect(report).to.include({
      bytes: 5000,
      pages: 3,
      verifiedBy: 'checksum',
      started: true,
      dryRun: false,
      retries: 0,
    });
    expect(report.identity).to.include({ productId: 0x415, loaderVersion: '3.1', readProtected: false });
  });

  it('erases the vector table first and writes it last', async () => {
    const { loader, flasher } = bench();
    await flasher.flash(fakeImage(1000), all);
    expect(loader.log).to.deep.equal(['erase 0', 'write 256', 'write 512', 'write 768', 'write 0']);
  });

  it('reads back where the loader computes no checksum, and uses the old erase where it has only that', async () => {
    const { loader, flasher } = bench({ commands: [0, 1, 2, 0x11, 0x21, 0x31, 0x43] });
    const image = fakeImage(1024);
    const report = await flasher.flash(image, { verify: true, go: false });
    expect(report.verifiedBy).to.equal('read-back');
    expect(loader.flash.subarray(0, 1024)).to.deep.equal(image);
    expect(loader.started).to.equal(false);
  });

  it('leaves pages alone that hold the image already, but never the vector table’s where another differs', async () => {
    for (const commands of [undefined, [0, 1, 2, 0x11, 0x21, 0x31, 0x44]]) {
      const { loader, flasher } = bench(commands === undefined ? {} : { commands });
      const image = fakeImage(20_000);
      loader.flash.set(image);
      loader.flash[9000] ^= 1;
      const report = await flasher.flash(image, all);
      expect(report).to.include({ pages: 2, unchangedPages: 8 });
      expect(loader.log.filter((entry) => entry.startsWith('erase'))).to.deep.equal(['erase 0', 'erase 4']);
      expect(loader.log.at(-1), 'vector table last').to.equal('write 0');
      expect(loader.flash.subarray(0, 20_000)).to.deep.equal(image);
      expect(loader.started).to.equal(true);
    }
  });

  it('writes nothing where the whole image is there, and erases nothing that is blank', async () => {
    const image = fakeImage(20_000);
    const there = bench();
    there.loader.flash.fill(0xff).set(image);
    const report = await there.flasher.flash(image, all);
    expect(report).to.include({ pages: 0, unchangedPages: 10, verifiedBy: 'checksum', started: true });
    expect(there.loader.log).to.deep.equal([]);
    const blank = bench();
    blank.loader.flash.fill(0xff);
    expect(await blank.flasher.flash(image, all)).to.include({ pages: 0, unchangedPages: 0 });
    expect(blank.loader.log.filter((entry) => entry.startsWith('erase'))).to.deep.equal([]);
    expect(blank.loader.flash.subarray(0, 20_000)).to.deep.equal(image);
  });

  it('does not write blocks of erased bytes', async () => {
    const { loader, flasher } = bench();
    const image = fakeImage(8000);
    image.fill(0xff, 1024, 4096);
    new DataView(image.buffer).setUint32(7996, stm32Crc(image.subarray(0, 7996)), true);
    await flasher.flash(image, all);
    expect(loader.log).to.not.include('write 1024');
    expect(loader.flash.subarray(0, 8000)).to.deep.equal(image);
  });

  it('splits long erase lists as stm32flash does', async () => {
    const target = { ...fakeTarget, flasher: { ...fakeTarget.flasher, productId: 0x447, pageBytes: 128 } };
    const big = { ...target, memory: { ...target.memory, flash: { origin: 0x8000, bytes: 128 * 1024 } } };
    const { loader, flasher } = bench({ productId: 0x447, flashBytes: 128 * 1024 }, big);
    const image = fakeImage(100_000, big);
    const report = await flasher.flash(image, all);
    expect(report.pages).to.equal(782);
    expect(loader.log.filter((entry) => entry.startsWith('erase'))).to.have.length(782);
    expect(loader.flash.subarray(0, image.length)).to.deep.equal(image);
  });

  it('only looks with probe and with a dry run', async () => {
    const { loader, flasher } = bench();
    expect(await flasher.probe()).to.include({ productName: 'STM32L47x/L48x' });
    const report = await flasher.flash(fakeImage(5000), { ...all, dryRun: true });
    expect(report).to.include({ pages: 3, dryRun: true, started: false, verifiedBy: 'nothing' });
    expect(loader.log).to.deep.equal([]);
  });

  it('finds a loader that was in sync already, at either half of a command', async () => {
    for (const stray of [[], [0x31], [0x31, 0xce], [0x31, 0xce, 8, 0, 0, 0, 8, 0xff, 1, 2, 3]]) {
      const { link, loader, flasher } = bench({ inSync: true });
      await link.write(Uint8Array.from(stray));
      await flasher.flash(fakeImage(1000), all);
      expect(loader.started, stray.join()).to.equal(true);
    }
  });

  it('refuses before the first erase what does not fit together', async () => {
    const wrongStack = fakeImage(1000);
    wrongStack[3] = 0x55;
    const wrongReset = fakeImage(1000);
    wrongReset[7] = 0x08;
    const damaged = fakeImage(1000);
    damaged[500] ^= 1;
    const cases: [string, FakeLoaderOptions, Uint8Array, string][] = [
      ['another chip', { productId: 0x413 }, fakeImage(1000), 'FLASH_WRONG_CHIP'],
      ['read protection', { readProtected: true }, fakeImage(1000), 'FLASH_READ_PROTECTED'],
      [
        'a loader that cannot write',
        { commands: [0, 1, 2, 0x11, 0x44] },
        fakeImage(1000),
        'FLASH_LOADER_LACKS',
      ],
      [
        'a loader that cannot erase',
        { commands: [0, 1, 2, 0x11, 0x31] },
        fakeImage(1000),
        'FLASH_LOADER_LACKS',
      ],
      ['an image that is too large', {}, fakeImage(49 * 1024), 'FLASH_IMAGE_TOO_LARGE'],
      ['another board’s image (stack)', {}, wrongStack, 'FLASH_WRONG_IMAGE'],
      ['another board’s image (code)', {}, wrongReset, 'FLASH_WRONG_IMAGE'],
      ['a damaged image', {}, damaged, 'FLASH_IMAGE_INVALID'],
      ['an empty image', {}, new Uint8Array(0), 'FLASH_WRONG_IMAGE'],
    ];
    for (const [what, options, image, code] of cases) {
      const { loader, flasher } = bench(options);
      const error = await failureOf(flasher.flash(image, all));
      expect(error.code, what).to.equal(code);
      expect(error.exitCode, what).to.equal(7);
      expect(error.hint, what).to.be.a('string');
      expect(loader.log, what).to.deep.equal([]);
    }
  });

  it('finds a flash cell that does not hold', async () => {
    for (const commands of [undefined, [0, 1, 2, 0x11, 0x31, 0x44]]) {
      const { loader, flasher } = bench(commands === undefined ? {} : { commands });
      const fill = loader.flash.fill.bind(loader.flash);
      loader.flash.fill = (...range: Parameters<typeof fill>) => {
        const erased = fill(...range);
        loader.flash[700] = 0;
        return erased;
      };
      const error = await failureOf(flasher.flash(fakeImage(1000), { verify: true, go: false }));
      expect(error.code).to.equal('FLASH_VERIFY_MISMATCH');
      expect(loader.log).not.to.include('write 0');
    }
  });

  it('says that no loader is there, with exit code 6', async () => {
    const link = new MemoryLink();
    const flasher = new Stm32UartFlasher(link, fakeTarget, { limits: { ...shortLimits, resyncMs: 20 } });
    const error = await failureOf(flasher.probe());
    expect(error).to.include({ code: 'FLASH_NO_BOOTLOADER', exitCode: 6 });
  });

  it('stops at a signal, closes the link and says so', async () => {
    for (const when of [0, 5, 12, 20]) {
      const controller = new AbortController();
      const { link, flasher } = bench({
        fault: (answer) => {
          if (answer === when) controller.abort();
          return undefined;
        },
      });
      if (when === 0) controller.abort();
      const error = await failureOf(flasher.flash(fakeImage(5000), { ...all, signal: controller.signal }));
      expect(error).to.include({ code: 'INTERRUPTED', exitCode: 130 });
      expect(link.closed).to.equal(true);
    }
  });
});
