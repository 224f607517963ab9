import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import { Stm32UartFlasher } from '../../src/flash/stm32-uart/stm32-uart-flasher.js';
import { FakeLoader, type Fault } from './support/fake-loader.js';
import { fakeImage, fakeTarget, shortLimits } from './support/fixtures.js';
import { MemoryLink } from './support/memory-link.js';

const image = fakeImage(900);

interface Outcome {
  readonly loader: FakeLoader;
  readonly error: LitesnnError | undefined;
  readonly retries: number;
}

async function job(
  checksum: boolean,
  fault?: (answer: number) => Fault | undefined,
  before?: FakeLoader,
): Promise<Outcome> {
  const link = new MemoryLink();
  const commands = checksum ? [0, 1, 2, 0x11, 0x21, 0x31, 0x44, 0xa1] : [0, 1, 2, 0x11, 0x21, 0x31, 0x44];
  const deliver = (bytes: Uint8Array): void => {
    link.deliver(bytes);
  };
  const unplug = (): void => {
    link.unplug();
  };
  const loader = new FakeLoader(deliver, unplug, { commands, ...(fault === undefined ? {} : { fault }) });
  if (before !== undefined) loader.flash.set(before.flash);
  link.peer = loader;
  const flasher = new Stm32UartFlasher(link, fakeTarget, { limits: shortLimits });
  try {
    const report = await flasher.flash(image, { verify: true, go: true });
    return { loader, error: undefined, retries: report.retries };
  } catch (error) {
    if (!(error instanceof LitesnnError)) throw error;
    return { loader, error, retries: 0 };
  }
}

const holdsImage = (loader: FakeLoader): boolean =>
  Buffer.compare(loader.flash.subarray(0, image.length), image) === 0;

/** Old image whole, new image whole, or nothing that a processor could start. */
function nothingPartialBoots(loader: FakeLoader): boolean {
  const old = loader.flash.every((byte) => byte === 0xaa);
  const noVectors = loader.flash.subarray(0, 8).every((byte) => byte === 0xff);
  return old || noVectors || holdsImage(loader);
}

const typed = [
  ...['FLASH_NACK', 'FLASH_NO_REPLY', 'FLASH_BAD_REPLY', 'FLASH_NO_BOOTLOADER', 'FLASH_WRONG_CHIP'],
  ...[
    'FLASH_ERASE_FAILED',
    'FLASH_WRITE_FAILED',
    'FLASH_VERIFY_FAILED',
    'FLASH_VERIFY_MISMATCH',
    'FLASH_GO_FAILED',
  ],
  ...['FLASH_READ_PROTECTED', 'FLASH_LOADER_LACKS', 'PORT_LOST'],
];

describe('STM32 UART flasher under faults at every single answer', function () {
  for (const checksum of [true, false]) {
    for (const fault of ['nack', 'silence', 'garbage', 'busy', 'unplug'] as const) {
      it(`${fault}, comparing by ${checksum ? 'checksum' : 'reading back'}`, async () => {
        const clean = await job(checksum);
        expect(clean.error).to.equal(undefined);
        let succeeded = 0;
        for (let step = 0; step < clean.loader.answers; step++) {
          const { loader, error } = await job(checksum, (answer) => (answer === step ? fault : undefined));
          const where = `${fault} at answer ${step}: ${error?.code ?? 'no error'}`;
          expect(nothingPartialBoots(loader), where).to.equal(true);
          if (error === undefined) {
            succeeded += 1;
            expect(holdsImage(loader), where).to.equal(true);
            expect(loader.started, where).to.equal(true);
          } else {
            expect(typed, where).to.include(error.code);
            expect(error.exitCode, where).to.be.oneOf([6, 7]);
          }
          const again = await job(checksum, undefined, loader);
          expect(again.error, `${where}, next attempt`).to.equal(undefined);
          expect(holdsImage(again.loader)).to.equal(true);
        }
        // BUSY is no fault, an unplugged board never a success; a single fault elsewhere is mostly repaired.
        if (fault === 'busy') expect(succeeded).to.equal(clean.loader.answers);
        else if (fault === 'unplug') expect(succeeded).to.equal(0);
        else expect(succeeded).to.be.greaterThan(clean.loader.answers / 2);
      });
    }
  }

  it('ends in bounded time when every answer is BUSY, or a NACK, or nothing', async () => {
    for (const fault of ['nack', 'silence', 'garbage'] as const) {
      const { error, loader } = await job(true, (answer) => (answer > 20 ? fault : undefined));
      expect(error?.exitCode, fault).to.be.oneOf([6, 7]);
      expect(nothingPartialBoots(loader)).to.equal(true);
    }
    const link = new MemoryLink();
    link.peer = {
      receive: () => {
        link.deliver(new Uint8Array(1000).fill(0x76));
      },
    };
    const flasher = new Stm32UartFlasher(link, fakeTarget, { limits: { ...shortLimits, resyncMs: 50 } });
    const failure: unknown = await flasher.probe().catch((error: unknown) => error);
    expect(failure).to.include({ code: 'FLASH_NO_BOOTLOADER' });
  });
});
