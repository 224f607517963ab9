import { Random } from '../../src/core/random.js';
import { Stm32UartFlasher } from '../../src/flash/stm32-uart/stm32-uart-flasher.js';
import { FakeLoader, type Fault } from '../../test/flash/support/fake-loader.js';
import { fakeImage, fakeTarget } from '../../test/flash/support/fixtures.js';
import { MemoryLink } from '../../test/flash/support/memory-link.js';
import { SimulatedClock } from '../../test/flash/support/simulated-clock.js';
import { LOADERS, type LoaderName } from '../flash/loaders.js';
import { damaged, type WireFault } from './bad-wire.js';
import { add, ending, type FaultRun, type FaultTotals, isHang, isTyped } from './outcome.js';

const OLD = 0xaa;
const STALE = Uint8Array.of(0x79, 0x1f, 0x79, 0x55);

const target = {
  ...fakeTarget,
  memory: { ...fakeTarget.memory, flash: { origin: 0x8000, bytes: 512 * 1024 } },
};

/** What goes wrong in one job. */
interface Injection {
  readonly fault?: (answer: number) => Fault | undefined;
  /** The link is cut when so many blocks have been programmed. */
  readonly cutAfterBlocks?: number;
  readonly wire?: { readonly fault: WireFault; readonly rate: number; readonly random: Random };
  /** Bytes of an earlier conversation come before this write of the host. */
  readonly staleBefore?: number;
}

/** A line whose bytes get damaged both ways, or before whose frames something old arrives. */
class BadLink extends MemoryLink {
  private writes = 0;

  constructor(private readonly injection: Injection) {
    super(new SimulatedClock());
  }

  override write(bytes: Uint8Array): Promise<void> {
    if (this.writes++ === this.injection.staleBefore) super.deliver(STALE);
    return super.write(this.hit(bytes));
  }

  override deliver(bytes: Uint8Array): void {
    super.deliver(this.hit(bytes));
  }

  private hit(bytes: Uint8Array): Uint8Array {
    const { wire } = this.injection;
    return wire === undefined ? bytes : damaged(bytes, wire.fault, wire.rate, wire.random);
  }
}

/** One device that lives through a job with a fault and the attempt after it, with whatever half a frame it was left in. */
class Device {
  readonly loader: FakeLoader;
  blocks = 0;
  link = new BadLink({});
  private injection: Injection = {};

  constructor(
    name: LoaderName,
    private readonly image: Uint8Array,
  ) {
    this.loader = new FakeLoader(
      (bytes) => {
        this.link.deliver(bytes);
      },
      () => {
        this.link.unplug();
      },
      { commands: LOADERS[name], flashBytes: 512 * 1024, fault: (answer) => this.injection.fault?.(answer) },
    );
    this.loader.onChange = (bytes) => {
      if (bytes > 0) this.blocks += 1;
      if (this.blocks === this.injection.cutAfterBlocks) this.link.unplug();
    };
  }

  holdsImage(): boolean {
    return Buffer.compare(this.loader.flash.subarray(0, this.image.length), this.image) === 0;
  }

  /** A processor starts whatever has a vector table: that must be the old program or the new one, whole. */
  isPartial(): boolean {
    const { flash, started } = this.loader;
    if (this.holdsImage()) return false;
    if (started) return true;
    const vectors = flash.subarray(0, 8).some((byte) => byte !== 0xff);
    return vectors && flash.some((byte) => byte !== OLD);
  }

  async job(injection: Injection): Promise<{ error: unknown; milliseconds: number }> {
    this.injection = injection;
    this.link = new BadLink(injection);
    this.link.peer = this.loader;
    const flasher = new Stm32UartFlasher(this.link, target);
    const { error } = await ending(flasher.flash(this.image, { verify: true, go: true }));
    return { error, milliseconds: this.link.clock.now() };
  }
}

async function faultRun(name: LoaderName, image: Uint8Array, injection: Injection): Promise<FaultRun> {
  const device = new Device(name, image);
  const { error, milliseconds } = await device.job(injection);
  const succeeded = error === undefined;
  const silentCorruption = succeeded && !device.holdsImage();
  const partialStarted = device.isPartial();
  const next = await device.job({});
  return {
    ...{ succeeded, silentCorruption, partialStarted, untyped: !isTyped(error) },
    hang: isHang(milliseconds) || isHang(next.milliseconds),
    nextFailed: next.error !== undefined || !device.holdsImage(),
  };
}

/** The link is cut after every single block of the image. */
export async function cutAfterEveryBlock(
  totals: FaultTotals,
  bytes: number,
  tick: () => void,
): Promise<void> {
  const image = fakeImage(bytes, target);
  for (let block = 1; block <= bytes / 256; block++) {
    add(totals, await faultRun('resident', image, { cutAfterBlocks: block }));
    tick();
  }
}

/** NACK, silence, BUSY, garbage or an unplugged cable in place of every single answer, with and without Get Checksum. */
export async function faultAtEveryAnswer(totals: FaultTotals, fault: Fault, tick: () => void): Promise<void> {
  const image = fakeImage(5000, target);
  for (const name of ['resident', 'rom'] as const) {
    const clean = new Device(name, image);
    await clean.job({});
    const { answers } = clean.loader;
    for (let step = 0; step < answers; step++) {
      const run = await faultRun(name, image, { fault: (answer) => (answer === step ? fault : undefined) });
      add(totals, run);
    }
    tick();
  }
}

/** Bytes of an earlier conversation before every single frame of the host. */
export async function staleBytesBeforeEveryFrame(totals: FaultTotals, tick: () => void): Promise<void> {
  const image = fakeImage(5000, target);
  for (const name of ['resident', 'rom'] as const) {
    // Command, address, data for each block, and as many frames again for comparing them.
    for (let frame = 0; frame < 160; frame++) {
      add(totals, await faultRun(name, image, { staleBefore: frame }));
    }
    tick();
  }
}

/** A wire that hits every byte with the same probability, both ways. */
export async function badWire(
  totals: FaultTotals,
  fault: WireFault,
  rate: number,
  runs: number,
  bytes: number,
  tick: () => void,
): Promise<void> {
  const image = fakeImage(bytes, target);
  for (let run = 0; run < runs; run++) {
    const name = run % 2 === 0 ? 'resident' : 'rom';
    const random = Random.fromSeed(1000 + run);
    add(totals, await faultRun(name, image, { wire: { fault, rate, random } }));
    tick();
  }
}
