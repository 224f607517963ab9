import { expect } from 'chai';
import { existsSync, readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBootloader, buildFirmware } from '../../src/build/build.js';
import { imagePath, readImage, type FirmwareImage } from '../../src/build/image.js';
import { stm32Crc } from '../../src/core/stm32-crc.js';
import { LitesnnError } from '../../src/core/errors.js';
import { runTool } from '../../src/core/process.js';
import { Random } from '../../src/core/random.js';
import { listTargets, loadTarget } from '../../src/targets/load.js';
import {
  projectCommand,
  temporaryFolder,
  writeBootloader,
  writeFirmware,
} from '../support/firmware-project.js';
import { randomModel } from '../support/random-model.js';

const model = randomModel(Random.fromSeed(11), { synapses: 20_000 });

async function failureOf(action: Promise<unknown>): Promise<LitesnnError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof LitesnnError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Bytes of an Intel HEX file by address. */
function bytesOfHex(text: string): Map<number, number> {
  const bytes = new Map<number, number>();
  let base = 0;
  for (const line of text.trim().split(/\r?\n/)) {
    const record = Buffer.from(line.slice(1), 'hex');
    const data = record.subarray(4, 4 + record[0]);
    if (record[3] === 0) data.forEach((byte, i) => bytes.set(base + record.readUInt16BE(1) + i, byte));
    if (record[3] === 2) base = data.readUInt16BE(0) * 0x10;
    if (record[3] === 4) base = data.readUInt16BE(0) * 0x10000;
  }
  return bytes;
}

/** What a debugger would write of an ELF file: the loadable segments, by physical address. */
function bytesOfElf(elf: Buffer): Map<number, number> {
  const bytes = new Map<number, number>();
  for (let i = 0; i < elf.readUInt16LE(44); i++) {
    const header = elf.readUInt32LE(28) + i * elf.readUInt16LE(42);
    const [offset, address, size] = [4, 12, 16].map((at) => elf.readUInt32LE(header + at));
    if (elf.readUInt32LE(header) === 1)
      for (let k = 0; k < size; k++) bytes.set(address + k, elf[offset + k]);
  }
  return bytes;
}

describe('firmware build', function () {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  for (const target of listTargets()) {
    it(`compiles without a warning for ${target.name}, application and bootloader`, async () => {
      const application = join(folder.path, target.name, 'application');
      const bootloader = join(folder.path, target.name, 'bootloader');
      writeFirmware(application, target, model);
      writeBootloader(bootloader, target);
      const image = await buildFirmware(application, target);
      expect(readImage(application)).to.deep.equal(image);
      expect(image.kind).to.equal('application');
      expect(image.ramBytes).to.equal(image.staticRamBytes + image.stackBytes);
      expect(image.stackPath.slice(0, 2)).to.deep.equal(['board_reset_handler', 'main']);
      expect(image.byLayer.map(({ layer }) => layer)).to.deep.equal([...model.layers.keys(), 'head']);
      expect(image.largest.length).to.be.greaterThan(5);
      checkFiles(image, target.memory.flash.origin);
      const resident = await buildBootloader(bootloader, target);
      checkFiles(resident, target.memory.bootloaderFlash?.origin ?? -1);
      expect(resident.flashBytes).to.be.lessThan(8192);
    });
  }

  function checkFiles(image: FirmwareImage, origin: number): void {
    const bin = readFileSync(image.bin);
    expect(bin.length).to.equal(image.flashBytes);
    expect(bin.readUInt32LE(0x1c), 'length').to.equal(bin.length);
    expect(bin.readUInt32LE(0x20).toString(16), 'mark').to.equal('4e4e534c');
    expect(bin.readUInt32LE(bin.length - 4), 'CRC').to.equal(stm32Crc(bin.subarray(0, -4)));
    const expected = new Map([...bin].map((byte, i) => [origin + i, byte]));
    expect(bytesOfHex(readFileSync(image.hex, 'utf8')), 'HEX').to.deep.equal(expected);
    expect(bytesOfElf(readFileSync(image.elf)), 'ELF').to.deep.equal(expected);
  }

  it('makes the same bytes by hand with make', async () => {
    const target = loadTarget('mps2-an386');
    const project = join(folder.path, 'by hand');
    writeFirmware(project, target, model);
    const image = await buildFirmware(project, target);
    const bin = readFileSync(image.bin);
    const hex = readFileSync(image.hex);
    await runTool('make', ['clean'], { cwd: project });
    expect(existsSync(image.bin)).to.equal(false);
    const made = await runTool('make', ['-s'], { cwd: project });
    expect(made.stderr).to.equal('');
    expect(readFileSync(image.bin).equals(bin)).to.equal(true);
    expect(readFileSync(image.hex).equals(hex)).to.equal(true);
  });

  it('says in every file where it comes from', () => {
    const project = join(folder.path, 'provenance');
    writeFirmware(project, loadTarget('mps2-an386'), model);
    for (const file of ['board/uart.c', 'app/main.c', 'board/vectors.c', 'link.ld', 'Makefile']) {
      const head = readFileSync(join(project, file), 'utf8').split('\n').slice(0, 6).join('\n');
      expect(head, file)
        .to.match(/Generated by litesnn \d/)
        .and.contain(`Command: ${projectCommand}`)
        .and.contain('Model: 0123456789abcdef');
    }
  });

  describe('of something that cannot be built', () => {
    const target = loadTarget('mps2-an386');
    const project = join(folder.path, 'broken');
    beforeEach(() => {
      writeFirmware(project, target, model);
    });

    it('is refused above the budget, with the numbers and the largest parts', async () => {
      const { flashBytes, ramBytes } = await buildFirmware(project, target);
      await buildFirmware(project, target, { budget: { flashBytes, ramBytes } });
      const flash = await failureOf(
        buildFirmware(project, target, { budget: { flashBytes: flashBytes - 1 } }),
      );
      expect(flash.exitCode).to.equal(3);
      expect(flash.message).to.contain(`needs ${flashBytes} bytes of flash, 1 more than the budget`);
      expect(flash.details).to.include({ memory: 'flash', bytes: flashBytes, limit: flashBytes - 1 });
      const ram = await failureOf(buildFirmware(project, target, { budget: { ramBytes: ramBytes - 1 } }));
      expect(ram.message).to.contain(`needs ${ramBytes} bytes of RAM`);
      expect(existsSync(join(project, imagePath)), 'an image of a failed build').to.equal(false);
    });

    it('is measured although it does not fit the board', async () => {
      const link = readFileSync(join(project, 'link.ld'), 'utf8');
      writeFileSync(join(project, 'link.ld'), link.replace('LENGTH = 0x00100000', 'LENGTH = 4096'));
      const { memory } = target;
      const small = { ...target, memory: { ...memory, flash: { ...memory.flash, bytes: 4096 } } };
      const error = await failureOf(buildFirmware(project, small));
      expect(error.exitCode).to.equal(3);
      expect(error.message).to.match(
        /^the firmware needs \d+ bytes of flash, \d+ more than mps2-an386 allows \(4096\); largest: \w+ \d+/,
      );
    });

    it('gives the first line of the compiler', async () => {
      appendFileSync(join(project, 'app', 'main.c'), '\nint broken(void) { return missing; }\n');
      const error = await failureOf(buildFirmware(project, target));
      expect(error.exitCode).to.equal(5);
      expect(error.message).to.match(/^app\/main\.c:\d+:\d+: error: .*missing/);
    });

    it('gives the first line of the linker', async () => {
      appendFileSync(
        join(project, 'app', 'main.c'),
        '\nint absent(void);\nint (*const force)(void) __attribute__((used, section(".vectors"))) = absent;\n',
      );
      const error = await failureOf(buildFirmware(project, target));
      expect(error.exitCode).to.equal(5);
      expect(error.message).to.contain("undefined reference to `absent'");
    });

    it('is refused when a function calls itself', async () => {
      appendFileSync(
        join(project, 'app', 'main.c'),
        '\nvoid board_tick_again(int);\n__attribute__((noinline)) void board_tick_again(int n) { if (n > 1) { board_tick_again(n - 1); board_idle(); } }\n',
      );
      const main = join(project, 'app', 'main.c');
      writeFileSync(
        main,
        readFileSync(main, 'utf8').replace(
          'inference_init();',
          'void board_tick_again(int); board_tick_again(9); inference_init();',
        ),
      );
      const error = await failureOf(buildFirmware(project, target));
      expect(`${error.code} ${error.exitCode}`).to.equal('STACK_RECURSION 5');
      expect(error.message).to.contain('board_tick_again can call itself');
    });

    it("is not taken for another board's", async () => {
      const error = await failureOf(
        Promise.resolve().then(() => buildFirmware(project, loadTarget('mps2-an385'))),
      );
      expect(`${error.code} ${error.exitCode}`).to.equal('PROJECT_OTHER_TARGET 2');
      const kind = await failureOf(Promise.resolve().then(() => buildBootloader(project, target)));
      expect(kind.code).to.equal('PROJECT_INVALID');
    });

    it('names the missing compiler', async () => {
      const path = process.env.PATH;
      process.env.PATH = folder.path;
      try {
        const error = await failureOf(buildFirmware(project, target));
        expect(`${error.code} ${error.exitCode}`).to.equal('TOOL_MISSING 4');
        expect(error.message).to.equal('arm-none-eabi-gcc was not found');
      } finally {
        process.env.PATH = path;
      }
    });

    it('notices a BIN that was changed after the build', async () => {
      const image = await buildFirmware(project, target);
      appendFileSync(image.bin, 'x');
      expect(() => readImage(project)).to.throw(LitesnnError, 'is not the file that was built');
    });
  });
});
