import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import { parseInfo } from '../../src/flash/uf2/uf2-drive.js';
import { Uf2Flasher, type Uf2Options } from '../../src/flash/uf2/uf2-flasher.js';
import type { Target } from '../../src/targets/target.js';
import { FakeUf2Drive } from './support/fake-uf2-drive.js';
import { fakeImage, fakeTarget } from './support/fixtures.js';

const FAMILY = 0xe48bff56;
const target: Target = {
  ...fakeTarget,
  memory: {
    flash: { origin: 0x10000100, bytes: 64 * 1024 },
    ram: fakeTarget.memory.ram,
    source: 'assumed, for tests',
  },
  flasher: { protocol: 'uf2', familyId: FAMILY, base: 0x10000000, boardId: 'RPI-RP2' } as Target['flasher'],
};
/** Second-stage boot loader, then the vector table. */
const image = Buffer.concat([new Uint8Array(256).fill(0x11), fakeImage(5000, target)]);
const all = { verify: true, go: true };

async function failureOf(work: Promise<unknown>): Promise<LitesnnError> {
  const error: unknown = await work.catch((failure: unknown) => failure);
  expect(error).to.be.instanceOf(LitesnnError);
  return error as LitesnnError;
}

describe('UF2 flasher', () => {
  const drives: FakeUf2Drive[] = [];
  function bench(options: Partial<ConstructorParameters<typeof FakeUf2Drive>[0]> = {}, own: Uf2Options = {}) {
    const drive = new FakeUf2Drive({ familyId: FAMILY, ...options });
    drives.push(drive);
    const limits = { stepMs: 5, driveMs: 2000, restartMs: 2000 };
    return { drive, flasher: new Uf2Flasher(target, { mountTable: drive.mountTable, limits, ...own }) };
  }
  afterEach(() => {
    for (const drive of drives.splice(0)) drive.remove();
  });

  it('copies a file and waits for the restart', async () => {
    const { drive, flasher } = bench();
    drive.appear();
    expect(await flasher.probe()).to.include({
      productName: 'RPI-RP2 (Raspberry Pi RP2)',
      loaderVersion: 'UF2 Bootloader v3.0',
    });
    const report = await flasher.flash(image, all);
    expect(report).to.include({ verifiedBy: 'acceptance', started: true, pages: 2 });
    expect(drive.flashed?.address).to.equal(0x10000000);
    expect(Buffer.compare(drive.flashed!.bytes.subarray(0, image.length), image)).to.equal(0);
  });

  it('touches the port of a running application where no drive is there yet', async () => {
    const touched: string[] = [];
    const { drive, flasher } = bench(
      {},
      {
        port: '/dev/ttyACM7',
        touchPort: (port) => {
          touched.push(port);
          setTimeout(() => {
            drive.appear();
          }, 20);
          return Promise.resolve();
        },
      },
    );
    await flasher.flash(image, all);
    expect(touched).to.deep.equal(['/dev/ttyACM7']);
    expect(drive.flashed).to.not.equal(undefined);
  });

  it('refuses before anything is copied: no drive, two drives, another board, another image', async () => {
    const none = bench();
    expect(await failureOf(none.flasher.flash(image, all))).to.include({
      code: 'FLASH_NO_DRIVE',
      exitCode: 6,
    });
    const other = bench({ boardId: 'FEATHER52840' });
    other.drive.appear();
    expect(await failureOf(other.flasher.flash(image, all))).to.include({
      code: 'FLASH_WRONG_CHIP',
      exitCode: 7,
    });
    const wrong = bench();
    wrong.drive.appear();
    expect(await failureOf(wrong.flasher.flash(fakeImage(5000), all))).to.include({
      code: 'FLASH_WRONG_IMAGE',
    });
    const large = Buffer.concat([image, new Uint8Array(65 * 1024)]);
    expect(await failureOf(wrong.flasher.flash(large, all))).to.include({ code: 'FLASH_IMAGE_TOO_LARGE' });
    expect(wrong.drive.flashed).to.equal(undefined);
  });

  it('only looks with a dry run', async () => {
    const { drive, flasher } = bench();
    drive.appear();
    expect(await flasher.flash(image, { ...all, dryRun: true })).to.include({ dryRun: true, started: false });
    expect(drive.flashed).to.equal(undefined);
  });

  it('says so where the boot loader does not take the file, and stops at a signal', async () => {
    const { drive, flasher } = bench({ familyId: 0xada52840 });
    drive.appear();
    const error = await failureOf(flasher.flash(image, all));
    expect(error).to.include({ code: 'FLASH_GO_FAILED', exitCode: 7 });
    const signal = AbortSignal.timeout(30);
    expect(await failureOf(flasher.flash(image, { ...all, signal }))).to.include({ exitCode: 130 });
  });

  it('reads what a drive says of itself, whatever that is', () => {
    expect(parseInfo('/x', 'TinyUF2\nboard-id:  A B \nModel:M')).to.deep.equal({
      ...{ folder: '/x', boardId: 'A B', model: 'M', loader: 'TinyUF2' },
    });
    expect(parseInfo('/x', '').boardId).to.equal('');
  });
});
