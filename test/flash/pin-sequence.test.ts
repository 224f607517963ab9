import { expect } from 'chai';
import { LitesnnError } from '../../src/core/errors.js';
import type { PinState } from '../../src/flash/link/pin-state.js';
import { parsePins, runPins } from '../../src/flash/pins/pin-sequence.js';
import { Stm32UartFlasher } from '../../src/flash/stm32-uart/stm32-uart-flasher.js';
import { FakeLoader } from './support/fake-loader.js';
import { fakeTarget } from './support/fixtures.js';
import { MemoryLink } from './support/memory-link.js';
import { SimulatedClock } from './support/simulated-clock.js';

/** A board whose NRST hangs on DTR and whose BOOT0 on RTS; asserted is low for NRST, high for BOOT0 (an inverter). */
class WiredLink extends MemoryLink {
  readonly history: [milliseconds: number, PinState][] = [];
  bauds: number[] = [];
  private inReset = false;
  /** The only rate at which the ROM answers. */
  constructor(private readonly worksAt?: number) {
    super(new SimulatedClock());
  }

  setPins(pins: PinState): Promise<boolean> {
    this.history.push([this.clock.now(), pins]);
    if (this.inReset && !pins.dtr) this.start(pins.rts);
    this.inReset = pins.dtr;
    return Promise.resolve(true);
  }

  setBaud(baud: number): Promise<void> {
    this.bauds.push(baud);
    return Promise.resolve();
  }

  private start(bootloader: boolean): void {
    const heard = this.worksAt === undefined || this.bauds.at(-1) === this.worksAt;
    this.peer =
      bootloader && heard
        ? new FakeLoader((bytes) => {
            this.deliver(bytes);
          })
        : undefined;
  }
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as LitesnnError).code;
  }
  return 'no error';
}

describe('boot pins', () => {
  it('follow stm32flash’s language', async () => {
    const link = new WiredLink();
    await runPins(link, parsePins('rts,dtr,-dtr:-rts,dtr,-dtr').enter);
    expect(link.history).to.deep.equal([
      [0, { dtr: false, rts: true, brk: false }],
      [100, { dtr: true, rts: true, brk: false }],
      [200, { dtr: false, rts: true, brk: false }],
    ]);
    expect(parsePins('rts&dtr,,-dtr').enter.map(({ waitMs }) => waitMs)).to.deep.equal([0, 100, 100, 0]);
    expect(parsePins('rts').leave).to.deep.equal([]);
    for (const bad of ['rts,cts', 'a:b:c', '--rts', 'rts dtr'])
      expect(
        codeOf(() => parsePins(bad)),
        bad,
      ).to.equal('FLASH_PINS');
  });

  it('bring a board into its ROM loader, at a slower rate where it does not answer at the first', async () => {
    const enterLoader = (link: WiredLink) => () => runPins(link, parsePins('rts,dtr,-dtr').enter);
    for (const [worksAt, tried] of [
      [undefined, []],
      [19_200, [57_600, 19_200]],
    ] as const) {
      const link = new WiredLink(worksAt);
      const flasher = new Stm32UartFlasher(link, fakeTarget, {
        enterLoader: enterLoader(link),
        slowerBauds: [57_600, 19_200, 9600],
      });
      expect(await flasher.probe()).to.include({ productId: 0x415 });
      expect(link.bauds).to.deep.equal(tried);
    }
  });

  it('that are not there are told', async () => {
    const link = new MemoryLink(new SimulatedClock());
    const error: unknown = await runPins(link, parsePins('rts').enter).catch((failure: unknown) => failure);
    expect(error).to.include({ code: 'FLASH_NO_PINS', exitCode: 6 });
  });
});
