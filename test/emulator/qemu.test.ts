import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBootloader } from '../../src/build/build.js';
import { LitesnnError } from '../../src/core/errors.js';
import { startVirtualBoard } from '../../src/emulator/start.js';
import { openFlasher } from '../../src/flash/open-flasher.js';
import { SerialLink } from '../../src/flash/link/serial-link.js';
import { loadTarget } from '../../src/targets/load.js';
import { temporaryFolder, writeBootloader } from '../support/firmware-project.js';

/** Processes whose command line names this file. */
function runningWith(path: string): number {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return false;
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      return command.some((word) => word.includes('qemu-system-arm')) && command.includes(path);
    } catch {
      return false;
    }
  }).length;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (condition()) return;
    await sleep(25);
  }
  throw new Error(`not within 5 s: ${what}`);
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

describe('virtual board', function () {
  const target = loadTarget('mps2-an386');
  const folder = temporaryFolder();
  let kernel: string;

  before(async () => {
    const project = join(folder.path, 'bootloader');
    writeBootloader(project, target);
    kernel = (await buildBootloader(project, target)).elf;
  });

  after(() => {
    folder.remove();
  });

  it('says what is missing', async () => {
    const real = { ...target };
    delete real.emulator;
    expect(await failureOf(startVirtualBoard(real, { kernel }))).to.include({
      code: 'EMULATOR_NONE',
      exitCode: 2,
    });
    const none = startVirtualBoard(target, { kernel: join(folder.path, 'none.elf') });
    expect(await failureOf(none)).to.include({ code: 'EMULATOR_NO_KERNEL', exitCode: 2 });
    const path = process.env.PATH;
    process.env.PATH = folder.path;
    try {
      expect(await failureOf(startVirtualBoard(target, { kernel }))).to.include({
        code: 'TOOL_MISSING',
        exitCode: 4,
      });
    } finally {
      process.env.PATH = path;
    }
  });

  it('hands on why QEMU gave up', async () => {
    const strange = { ...target, emulator: { ...target.emulator!, machine: 'no-such-machine' } };
    const error = await failureOf(startVirtualBoard(strange, { kernel }));
    expect(error).to.include({ code: 'EMULATOR_FAILED', exitCode: 6 });
    expect(error.message).to.contain('unsupported machine');
  });

  it('has a port that many clients may use, one after the other, and at once', async () => {
    const board = await startVirtualBoard(target, { kernel });
    try {
      expect(board.description).to.match(/^mps2-an386 emulated by QEMU \d+\.\d+/);
      for (let i = 0; i < 4; i++) {
        const started = performance.now();
        const flasher = await openFlasher(target, board.port);
        expect(await flasher.probe()).to.include({ productId: 0x415, readProtected: false });
        await flasher.close();
        expect(performance.now() - started, `client ${i}`).to.be.lessThan(5000);
      }
    } finally {
      await board.stop();
    }
    await board.stop();
    expect((await board.exited).status).to.equal('SIGKILL');
    expect(runningWith(kernel)).to.equal(0);
  });

  it('breaks the link of its client when it goes', async () => {
    const board = await startVirtualBoard(target, { kernel });
    const link = await SerialLink.open({ path: board.port, baud: 115_200 });
    const reading = failureOf(link.read(1, 10_000));
    await board.stop();
    expect(await reading).to.include({ code: 'PORT_LOST' });
    await link.close();
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`leaves no orphan when its parent dies by ${signal}`, async function () {
      if (process.platform !== 'linux') this.skip();
      const script = join(folder.path, 'parent.mjs');
      const module = (path: string): string =>
        JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
      writeFileSync(
        script,
        `import { startVirtualBoard } from ${module('emulator/start.js')};
         import { loadTarget } from ${module('targets/load.js')};
         await startVirtualBoard(loadTarget('mps2-an386'), { kernel: process.argv[2] });
         process.stdout.write('started');`,
      );
      const parent = spawn(process.execPath, [script, kernel], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve) => parent.stdout.once('data', resolve));
      expect(runningWith(kernel)).to.equal(1);
      parent.kill(signal);
      await until(() => runningWith(kernel) === 0, 'the emulator is gone');
    });
  }
});
