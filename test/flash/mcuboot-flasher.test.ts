import { expect } from 'chai';
import { createPrivateKey } from 'node:crypto';
import { LitesnnError } from '../../src/core/errors.js';
import { parseImageVersion } from '../../src/flash/mcuboot/image-version.js';
import { newKeyPem } from '../../src/flash/mcuboot/keys.js';
import { McubootFlasher, type McubootOptions } from '../../src/flash/mcuboot/mcuboot-flasher.js';
import { signImage } from '../../src/flash/mcuboot/sign.js';
import type { Target } from '../../src/targets/target.js';
import { FakeMcuboot, type FakeMcubootOptions } from './support/fake-mcuboot.js';
import { fakeImage, fakeTarget } from './support/fixtures.js';
import { MemoryLink } from './support/memory-link.js';
import { SimulatedClock } from './support/simulated-clock.js';

const HEADER = 0x200;
const SLOT = 32 * 1024;
const key = createPrivateKey(newKeyPem('ed25519'));

const target: Target = {
  ...fakeTarget,
  memory: {
    flash: { origin: 0x8000 + HEADER, bytes: 24 * 1024 },
    ram: fakeTarget.memory.ram,
    source: 'assumed, for tests',
  },
  flasher: { protocol: 'mcuboot-smp', baud: 115_200, headerBytes: HEADER, slotBytes: SLOT },
};
const firmware = fakeImage(9000, target);
const old = signImage(fakeImage(5000, target, 2), {
  version: parseImageVersion('1.0.0'),
  key,
  headerBytes: HEADER,
});
const all = { verify: true, go: true };

interface Bench {
  readonly device: FakeMcuboot;
  readonly flasher: McubootFlasher;
}

function bench(
  options: Partial<FakeMcubootOptions> = {},
  own: McubootOptions = {},
  before?: FakeMcuboot,
): Bench {
  const link = new MemoryLink(new SimulatedClock());
  const holding = (): [Uint8Array, Uint8Array] => {
    const slot = new Uint8Array(SLOT).fill(0xff);
    slot.set(old);
    return [slot, new Uint8Array(SLOT).fill(0xff)];
  };
  const device = new FakeMcuboot(
    (bytes) => {
      link.deliver(bytes);
    },
    () => {
      link.unplug();
    },
    { slotBytes: SLOT, key, mode: 'recovery', ...options },
    before?.slots ?? holding(),
  );
  link.peer = device;
  return {
    device,
    flasher: new McubootFlasher(link, target, { key, version: parseImageVersion('1.1.0'), ...own }),
  };
}

async function failureOf(work: Promise<unknown>): Promise<LitesnnError> {
  const error: unknown = await work.catch((failure: unknown) => failure);
  expect(error).to.be.instanceOf(LitesnnError);
  return error as LitesnnError;
}

const versionOf = (device: FakeMcuboot): string => {
  const image = device.validImage(0);
  return image === undefined
    ? 'none'
    : `${image.version.major}.${image.version.minor}.${image.version.revision}`;
};

describe('MCUboot flasher', () => {
  it('signs, uploads and starts through serial recovery', async () => {
    const { device, flasher } = bench();
    const report = await flasher.flash(firmware, all);
    expect(report).to.include({ verifiedBy: 'hash', started: true, retries: 0, dryRun: false });
    expect(versionOf(device)).to.equal('1.1.0');
    expect(device.resets).to.equal(1);
    expect(Buffer.compare(device.validImage(0)!.firmware, firmware)).to.equal(0);
  });

  it('uploads to the second slot of an application, tests, resets and confirms', async () => {
    const { device, flasher } = bench({ mode: 'application' });
    const report = await flasher.flash(firmware, all);
    expect(report).to.include({ verifiedBy: 'hash', started: true });
    expect(versionOf(device)).to.equal('1.1.0');
    expect(device.confirmed).to.equal(true);
    expect(device.resets).to.equal(1);
    device.boot();
    expect(versionOf(device), 'kept').to.equal('1.1.0');
  });

  it('leaves it to MCUboot to bring back the old image where the new one does not answer', async () => {
    const { device, flasher } = bench({ mode: 'application', staysSilentAfterSwap: true });
    const error = await failureOf(flasher.flash(firmware, all));
    expect(error).to.include({ code: 'FLASH_GO_FAILED', exitCode: 7 });
    expect(versionOf(device)).to.equal('1.1.0');
    device.boot();
    expect(versionOf(device)).to.equal('1.0.0');
  });

  it('sends nothing again that runs already', async () => {
    const first = bench({ mode: 'application' });
    await first.flasher.flash(firmware, all);
    const { device, flasher } = bench({ mode: 'application' }, {}, first.device);
    await flasher.flash(firmware, { verify: true, go: false });
    expect(device.received).to.equal(0);
  });

  it('takes a smaller packet where the device tells no buffer, and larger ones where it does', async () => {
    for (const [options, most] of [
      [{ tellsParameters: false }, 512],
      [{ bufferBytes: 2048 }, 2048],
    ] as const) {
      const { device, flasher } = bench(options);
      await flasher.flash(firmware, all);
      expect(versionOf(device)).to.equal('1.1.0');
      const image = device.validImage(0)!;
      expect(device.answers).to.be.within(image.bytes / most, 6 + image.bytes / (most - 128));
    }
  });

  it('refuses before anything is sent what does not fit together', async () => {
    const tooLarge = signImage(fakeImage(24 * 1024, target), {
      version: parseImageVersion('2.0.0'),
      key,
      headerBytes: HEADER,
    });
    const otherHeader = signImage(firmware, { version: parseImageVersion('2.0.0'), key, headerBytes: 0x100 });
    const otherKey = signImage(firmware, {
      version: parseImageVersion('2.0.0'),
      key: createPrivateKey(newKeyPem('ecdsa-p256')),
      headerBytes: HEADER,
    });
    const small: Target = {
      ...target,
      flasher: { protocol: 'mcuboot-smp', baud: 115_200, headerBytes: HEADER, slotBytes: 27_000 },
    };
    const cases: [string, Uint8Array, McubootOptions, string, Target][] = [
      ['no key', firmware, { key: undefined }, 'FLASH_NOT_SIGNED', target],
      ['another header', otherHeader, {}, 'FLASH_WRONG_IMAGE', target],
      ['another key', otherKey, {}, 'MCUBOOT_IMAGE', target],
      ['an older version', firmware, { version: parseImageVersion('0.9.0') }, 'FLASH_DOWNGRADE', target],
      ['no room for the trailer', tooLarge, {}, 'FLASH_IMAGE_TOO_LARGE', small],
      [
        'another board’s firmware',
        fakeImage(3000),
        {},
        'FLASH_WRONG_IMAGE',
        { ...target, memory: { ...target.memory, ram: { origin: 0x30000000, bytes: 4096 } } },
      ],
    ];
    for (const [what, image, own, code, forTarget] of cases) {
      const { device } = bench();
      const link = new MemoryLink(new SimulatedClock());
      link.peer = device;
      const connected = bench();
      const flasher = forTarget === target ? bench({}, own) : undefined;
      const under =
        flasher?.flasher ??
        new McubootFlasher(link, forTarget, { key, version: parseImageVersion('2.0.0'), ...own });
      const error = await failureOf(under.flash(image, all));
      expect(error.code, what).to.equal(code);
      expect(error.exitCode, what).to.equal(7);
      expect((flasher?.device ?? connected.device).received, what).to.equal(0);
    }
  });

  it('only looks with probe and with a dry run', async () => {
    const { device, flasher } = bench();
    expect(await flasher.probe()).to.include({ productName: 'images 0: 1.0.0' });
    expect(await flasher.flash(firmware, { ...all, dryRun: true })).to.include({
      dryRun: true,
      started: false,
    });
    expect(device.received).to.equal(0);
    expect(device.resets).to.equal(0);
  });

  it('says that nothing answers, with exit code 6', async () => {
    const link = new MemoryLink(new SimulatedClock());
    const error = await failureOf(new McubootFlasher(link, target).probe());
    expect(error).to.include({ code: 'SMP_NO_REPLY', exitCode: 6 });
  });

  for (const fault of ['silence', 'garbage', 'busy', 'lose-state', 'unplug'] as const) {
    for (const mode of ['recovery', 'application'] as const) {
      it(`${fault} at every single answer of ${mode === 'recovery' ? 'serial recovery' : 'an application'}`, async () => {
        const clean = bench({ mode });
        await clean.flasher.flash(firmware, all);
        expect(clean.device.answers).to.be.greaterThan(20);
        for (let step = 0; step < clean.device.answers; step++) {
          const { device, flasher } = bench({
            mode,
            fault: (answer) => (answer === step ? fault : undefined),
          });
          const outcome: unknown = await flasher.flash(firmware, all).catch((error: unknown) => error);
          const where = `${fault} at answer ${step}`;
          if (fault === 'unplug') expect(outcome, where).to.include({ code: 'PORT_LOST' });
          else expect(outcome, where).not.to.be.instanceOf(Error);
          device.boot();
          // What runs is the old one, the new one, or nothing: never a part of one.
          expect(versionOf(device), where).to.be.oneOf(
            mode === 'application' ? ['1.0.0', '1.1.0'] : ['none', '1.0.0', '1.1.0'],
          );
          const again = bench({ mode }, {}, device);
          await again.flasher.flash(firmware, all);
          expect(versionOf(again.device), `${where}, next attempt`).to.equal('1.1.0');
        }
      });
    }
  }
});
