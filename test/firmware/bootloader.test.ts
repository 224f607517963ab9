import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildBootloader, buildFirmware } from '../../src/build/build.js';
import { stm32Crc } from '../../src/core/stm32-crc.js';
import { Random } from '../../src/core/random.js';
import { startVirtualBoard } from '../../src/emulator/start.js';
import type { VirtualBoard } from '../../src/emulator/virtual-board.js';
import { SerialLink } from '../../src/flash/link/serial-link.js';
import { loadTarget } from '../../src/targets/load.js';
import { temporaryFolder, writeBootloader, writeFirmware } from '../support/firmware-project.js';
import { randomModel } from '../support/random-model.js';
import { bigEndian, RawLoader } from './raw-loader.js';

const base = 0x0800_0000;
const pageBytes = 2048;
/** Longer than 5 s of the board's time, which runs many times faster than ours, even on a busy machine. */
const giveUpMs = 6000;
const erased = (count: number) => Buffer.alloc(count, 0xff);

describe('resident bootloader in QEMU', function () {
  const known = loadTarget('mps2-an386');
  const target = { ...known, flasher: { ...known.flasher, byteTimeoutMs: 15_000 } };
  const ram = target.memory.ram.origin;
  const end = base + target.memory.flash.bytes;
  const folder = temporaryFolder();
  let board: VirtualBoard;
  let link: SerialLink;
  let loader: RawLoader;
  let image: Buffer;

  before(async () => {
    const [resident, application] = ['bootloader', 'application'].map((name) => join(folder.path, name));
    writeBootloader(resident, target);
    writeFirmware(application, target, randomModel(Random.fromSeed(5), { synapses: 5000 }));
    const { elf } = await buildBootloader(resident, target);
    image = readFileSync((await buildFirmware(application, target)).bin);
    board = await startVirtualBoard(target, { kernel: elf });
    link = await SerialLink.open({ path: board.port, baud: target.uart.baud });
    loader = new RawLoader(link);
  });

  after(async () => {
    await (link as SerialLink | undefined)?.close();
    await (board as VirtualBoard | undefined)?.stop();
    folder.remove();
  });

  afterEach(async () => {
    // Every test leaves the loader waiting for a command, and nothing unread.
    expect(await loader.ask(0xff, 0x00)).to.equal('NACK');
    expect(link.discardInput()).to.equal(0);
  });

  it('answers nothing before 7F, and ACK to it', async () => {
    await loader.send(0x00, 0xff, 0x01);
    expect(await loader.answer(300)).to.equal('nothing');
    expect(await loader.ask(0x7f)).to.equal('ACK');
  });

  it('takes a second 7F for the first byte of a command', async () => {
    expect(await loader.ask(0x7f, 0x7f)).to.equal('NACK');
  });

  it('tells version, commands and product', async () => {
    await loader.send(0x01, 0xfe);
    expect((await loader.bytes(5)).toString('hex')).to.equal('7931000079');
    await loader.send(0x00, 0xff);
    expect((await loader.bytes(12)).toString('hex')).to.equal('79083100010211213144a179');
    await loader.send(0x02, 0xfd);
    expect((await loader.bytes(5)).toString('hex')).to.equal('7901041579');
  });

  it('refuses unknown commands and wrong complements', async () => {
    for (const code of [0x03, 0x43, 0x63, 0x73, 0x82, 0x92, 0xff])
      expect(await loader.command(code), `${code}`).to.equal('NACK');
    expect(await loader.ask(0x01, 0xff)).to.equal('NACK');
    expect(await loader.ask(0x31, 0x31)).to.equal('NACK');
  });

  it('gives up a command that stops in the middle', async () => {
    await loader.command(0x31);
    await loader.word(base);
    await loader.send(3, 1, 2);
    await setTimeout(giveUpMs);
    expect(await loader.command(0x02)).to.equal('ACK');
    await loader.bytes(4);
    await loader.send(0x31);
    await setTimeout(giveUpMs);
    expect(await loader.command(0x02)).to.equal('ACK');
    await loader.bytes(4);
  });

  describe('Erase and Write', () => {
    it('erases the pages of a list', async () => {
      expect(await loader.erase(0, 1, 2)).to.equal('ACK');
      expect((await loader.read(base, 256)).equals(erased(256))).to.equal(true);
      expect(await loader.write(base + pageBytes, [1, 2, 3, 4])).to.equal('ACK');
      expect(await loader.write(base + 2 * pageBytes, [5, 6, 7, 8])).to.equal('ACK');
      expect(await loader.erase(1)).to.equal('ACK');
      expect((await loader.read(base + pageBytes, 4)).equals(erased(4))).to.equal(true);
      expect([...(await loader.read(base + 2 * pageBytes, 4))]).to.deep.equal([5, 6, 7, 8]);
    });

    it('erases nothing when any page of a list is wrong, or the checksum', async () => {
      await loader.write(base, [1, 2, 3, 4]);
      expect(await loader.erase(0, 512)).to.equal('NACK');
      expect(await loader.erase(0xffef, 0)).to.equal('NACK');
      await loader.command(0x44);
      expect(await loader.ask(0, 0, 0, 0, 1)).to.equal('NACK');
      expect([...(await loader.read(base, 4))]).to.deep.equal([1, 2, 3, 4]);
    });

    it('takes a list of all pages', async () => {
      expect(await loader.erase(...Array.from({ length: 512 }, (_, page) => 511 - page))).to.equal('ACK');
      expect((await loader.read(end - 256, 256)).equals(erased(256))).to.equal(true);
    });

    it('erases all of the application on FFFF, and refuses banks and reserved codes', async () => {
      await loader.write(end - 4, [1, 2, 3, 4]);
      for (const code of [0xfffe, 0xfffd, 0xfffc, 0xfff0])
        expect(await loader.eraseSpecial(code), code.toString(16)).to.equal('NACK');
      expect([...(await loader.read(end - 4, 4))]).to.deep.equal([1, 2, 3, 4]);
      await loader.command(0x44);
      expect(await loader.ask(0xff, 0xff, 0x01), 'wrong checksum').to.equal('NACK');
      expect(await loader.eraseSpecial(0xffff)).to.equal('ACK');
      expect((await loader.read(end - 4, 4)).equals(erased(4))).to.equal(true);
    });

    it('writes 4 to 256 bytes, also the last ones', async () => {
      const block = Array.from({ length: 256 }, (_, i) => (i * 7) & 0xff);
      expect(await loader.write(end - 256, block)).to.equal('ACK');
      expect([...(await loader.read(end - 256, 256))]).to.deep.equal(block);
    });

    it('refuses what is not aligned, does not fit or is not the application', async () => {
      for (const address of [
        base + 2,
        base - 4,
        end,
        0,
        0x1_0000,
        target.memory.bootloaderRam?.origin ?? 0,
        ram + target.memory.ram.bytes,
      ]) {
        expect(await loader.write(address, [1, 2, 3, 4]), address.toString(16)).to.equal('NACK');
      }
      expect(await loader.write(base, [1, 2, 3]), 'three bytes').to.equal('NACK');
      expect(await loader.write(end - 4, [1, 2, 3, 4, 5, 6, 7, 8]), 'past the end').to.equal('NACK');
    });

    it('refuses a wrong checksum, of the address and of the block', async () => {
      await loader.command(0x31);
      expect(await loader.ask(...bigEndian(base), 0)).to.equal('NACK');
      await loader.command(0x31);
      await loader.word(base);
      expect(await loader.ask(3, 1, 2, 3, 4, 0)).to.equal('NACK');
      expect((await loader.read(base, 4)).equals(erased(4))).to.equal(true);
    });

    it('has the rules of flash: bits are cleared by writing, and set only by erasing', async () => {
      expect(await loader.write(base, [0xf0, 0xff, 0xff, 0xff])).to.equal('ACK');
      expect(await loader.write(base, [0xc0, 0, 0, 0]), 'clears more').to.equal('ACK');
      expect(await loader.write(base, [0xc0, 0, 0, 0, 1, 2, 3, 4]), 'the same again').to.equal('ACK');
      expect(await loader.write(base, [0xc1, 0, 0, 0]), 'sets one').to.equal('NACK');
      expect(await loader.write(base, [0x80, 0, 0, 0, 5, 2, 3, 4]), 'sets one in its second word').to.equal(
        'NACK',
      );
      expect([...(await loader.read(base, 8))]).to.deep.equal([0xc0, 0, 0, 0, 1, 2, 3, 4]);
    });

    it('writes RAM that is not its own', async () => {
      expect(await loader.write(ram, [1, 2, 3, 4])).to.equal('ACK');
      expect(await loader.write(ram, [255, 2, 3, 4])).to.equal('ACK');
      expect([...(await loader.read(ram, 4))]).to.deep.equal([255, 2, 3, 4]);
    });
  });

  it('refuses to read what is neither application nor RAM', async () => {
    for (const address of [0, base - 1, end, 0x4000_4000, target.memory.bootloaderRam?.origin ?? 0]) {
      await loader.command(0x11);
      expect(await loader.word(address), address.toString(16)).to.equal('NACK');
    }
    await loader.command(0x11);
    expect(await loader.ask(...bigEndian(base), 0x55), 'checksum').to.equal('NACK');
    await loader.command(0x11);
    await loader.word(base);
    expect(await loader.ask(3, 3), 'complement').to.equal('NACK');
    await loader.command(0x11);
    await loader.word(end - 4);
    expect(await loader.ask(4, 4 ^ 0xff), 'past the end').to.equal('NACK');
  });

  it('computes the CRC of a range', async () => {
    await loader.erase(4);
    await loader.write(base + 4 * pageBytes, [...Buffer.from('12345678')]);
    const crcOf = async (address: number, length: number) => {
      await loader.command(0xa1);
      expect(await loader.word(address)).to.equal('ACK');
      expect(await loader.word(length)).to.equal('ACK');
      return (await loader.bytes(6)).toString('hex');
    };
    expect(await crcOf(base + 4 * pageBytes, 8)).to.equal(
      `79fefc54f9${(0xfe ^ 0xfc ^ 0x54 ^ 0xf9).toString(16)}`,
    );
    expect(await crcOf(base + 4 * pageBytes + 256, 1024)).to.equal('79d000a3e291');
    for (const address of [base + 2, ram, end, 0]) {
      await loader.command(0xa1);
      expect(await loader.word(address), address.toString(16)).to.equal('NACK');
    }
    for (const length of [0, 6, target.memory.flash.bytes + 4, 0xffff_fffc]) {
      await loader.command(0xa1);
      await loader.word(base);
      expect(await loader.word(length), `${length} bytes`).to.equal('NACK');
    }
    await loader.command(0xa1);
    await loader.word(base);
    expect(await loader.ask(...bigEndian(8), 0), 'checksum').to.equal('NACK');
  });

  describe('Go', () => {
    /** Of every page, what was written last. */
    const pages = new Map<number, string>();

    /** Makes the flash hold these bytes; pages that do already are left alone, to save time. */
    const program = async (bytes: Buffer) => {
      for (let start = 0; start < bytes.length; start += pageBytes) {
        const page = bytes.subarray(start, start + pageBytes);
        if (pages.get(start) === page.toString('hex')) continue;
        expect(await loader.erase(start / pageBytes)).to.equal('ACK');
        for (let offset = 0; offset < page.length; offset += 256) {
          expect(
            await loader.write(base + start + offset, [...page.subarray(offset, offset + 256)]),
          ).to.equal('ACK');
        }
        pages.set(start, page.toString('hex'));
      }
    };
    const go = async (address: number) => {
      await loader.command(0x21);
      return loader.word(address);
    };

    it('refuses what is no image', async () => {
      await loader.eraseSpecial(0xffff);
      expect(await go(base), 'erased').to.equal('NACK');
      for (const address of [base + 4, 0, 0x1_0000, end])
        expect(await go(address), address.toString(16)).to.equal('NACK');
      await loader.command(0x21);
      expect(await loader.ask(...bigEndian(base), 1), 'checksum').to.equal('NACK');
    });

    it('refuses an image with a wrong CRC, length or mark', async () => {
      const spoilt = (at: number, value: number, sealed: boolean) => {
        const copy = Buffer.from(image);
        copy.writeUInt32LE(value >>> 0, at);
        if (sealed) copy.writeUInt32LE(stm32Crc(copy.subarray(0, -4)), copy.length - 4);
        return copy;
      };
      const cases: readonly (readonly [string, Buffer])[] = [
        ['a bit of its code', spoilt(0x400, image.readUInt32LE(0x400) ^ 0x100, false)],
        ['its CRC', spoilt(image.length - 4, image.readUInt32LE(image.length - 4) ^ 1, false)],
        ['its mark', spoilt(0x20, 0x4e4e_534d, true)],
        ['a longer length', spoilt(0x1c, image.length + 4, true)],
        ['an odd length', spoilt(0x1c, image.length - 2, true)],
        ['a length past the region', spoilt(0x1c, target.memory.flash.bytes + 4, true)],
        ['a length of nothing', spoilt(0x1c, 0, true)],
      ];
      for (const [what, bytes] of cases) {
        await program(bytes);
        expect(await go(base), what).to.equal('NACK');
      }
    });

    it('starts a program in RAM, which finds its own stack', async () => {
      const top = ram + 0x1000;
      // ldr r0,[pc]; then AIRCR = SYSRESETREQ with the literals behind: what stm32flash puts there for its reset.
      const code = [0x4801, 0x4902, 0x6001, 0xe7fe].flatMap((half) => [half & 0xff, half >> 8]);
      const words = [0xe000ed0c, 0x05fa0004].flatMap((value) => bigEndian(value).reverse());
      const table = [top, ram + 8 + 1].flatMap((value) => bigEndian(value).reverse());
      expect(await loader.write(ram, [...table, ...code, ...words])).to.equal('ACK');
      expect(await go(ram)).to.equal('ACK');
      // The program resets the part: the loader has forgotten that it was synchronised.
      await loader.send(0x02, 0xfd);
      expect(await loader.answer(300)).to.equal('nothing');
      expect(await loader.ask(0x7f)).to.equal('ACK');
      expect(await loader.command(0x02)).to.equal('ACK');
      await loader.bytes(4);
    });

    it('starts a right image, with its own vector table and stack', async () => {
      await program(image);
      expect(await go(base)).to.equal('ACK');
      // The measuring application's first word is its hello: a delimiter, then a frame that ends in one.
      const greeting = await loader.bytes(32);
      expect(greeting[0]).to.equal(0);
      expect(greeting[2], 'type').to.equal(0x01);
      await rest();
      await link.write(Uint8Array.from(resetFrame));
      await rest();
      // Reset by the application: the loader answers in its entry window.
      expect(await loader.ask(0x7f)).to.equal('ACK');
    });

    it('starts a right image after a reset by itself, when nobody calls', async () => {
      expect(await go(base)).to.equal('ACK');
      await rest();
      await link.write(Uint8Array.from(resetFrame));
      await rest();
      const greeting = await link.read(16, 15_000);
      expect([greeting[0], greeting[2]]).to.deep.equal([0, 1]);
      await rest();
      await link.write(Uint8Array.from(resetFrame));
      await rest();
      expect(await loader.ask(0x7f)).to.equal('ACK');
    });

    /** Takes what the application says, up to a short silence. */
    async function rest(): Promise<void> {
      while ((await link.readSome(512, 100)).length > 0) continue;
    }
  });
});

/** COBS of type 86, sequence 00 and their CRC-16/CCITT-FALSE. */
const resetFrame = (() => {
  const crc = [0x86, 0x00].reduce((value, byte) => {
    let next = value ^ (byte << 8);
    for (let bit = 0; bit < 8; bit++)
      next = (next & 0x8000) === 0 ? next << 1 : ((next << 1) ^ 0x1021) & 0xffff;
    return next & 0xffff;
  }, 0xffff);
  return [2, 0x86, 3, crc & 0xff, crc >> 8, 0];
})();
