import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LitesnnError } from '../../src/core/errors.js';
import { portsIn } from '../../src/flash/link/list-ports.js';
import { openingError } from '../../src/flash/link/port-errors.js';
import { SerialLink } from '../../src/flash/link/serial-link.js';
import { openFlasher } from '../../src/flash/open-flasher.js';
import { FakeLoader } from './support/fake-loader.js';
import { fakeImage, fakeTarget } from './support/fixtures.js';
import { type PtyPair, hasSocat, openPtyPair } from './support/pty-pair.js';

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    expect(error).to.be.instanceOf(LitesnnError);
    return (error as LitesnnError).code;
  }
}

describe('opening a port', () => {
  it('tells apart what users can do something about', () => {
    const codes: [string, string][] = [
      ['Error: No such file or directory, cannot open /dev/ttyACM9', 'PORT_NOT_FOUND'],
      ['Error: Permission denied, cannot open /dev/ttyACM0', 'PORT_PERMISSION'],
      ['Error Resource temporarily unavailable Cannot lock port', 'PORT_BUSY'],
      ['Error: Device or resource busy, cannot open /dev/ttyACM0', 'PORT_BUSY'],
      ['Error: Inappropriate ioctl for device, cannot set', 'PORT_NOT_SERIAL'],
      ['Error: Input/output error', 'PORT_OPEN_FAILED'],
    ];
    for (const [text, code] of codes) {
      const error = openingError('/dev/ttyACM0', new Error(text));
      expect(error, text).to.include({ code, exitCode: 6 });
    }
    expect(openingError('/dev/ttyACM0', new Error('Error: Permission denied')).hint).to.contain('dialout');
  });

  it('rejects so for a port that is not there, and for a file', async () => {
    expect(await codeOf(SerialLink.open({ path: '/dev/tty-none', baud: 115_200 }))).to.equal(
      'PORT_NOT_FOUND',
    );
    const folder = mkdtempSync(join(tmpdir(), 'litesnn-port-'));
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await codeOf(SerialLink.open({ path: file, baud: 115_200 }))).to.equal('PORT_NOT_SERIAL');
    rmSync(folder, { recursive: true });
  });

  it('lists USB adapters by name, in order, where there is no udev', () => {
    const folder = mkdtempSync(join(tmpdir(), 'litesnn-dev-'));
    for (const name of ['ttyUSB10', 'ttyUSB2', 'ttyACM0', 'tty1', 'ttyS0', 'null'])
      mkdirSync(join(folder, name));
    const names = portsIn(folder).map((port) => port.path.slice(folder.length + 1));
    expect(names).to.deep.equal(['ttyACM0', 'ttyUSB2', 'ttyUSB10']);
    rmSync(folder, { recursive: true });
  });
});

describe('serial link over a pseudo terminal', () => {
  let pair: PtyPair;

  before(function () {
    if (hasSocat()) return;
    console.warn('skipped: socat is not installed (apt-get install socat)');
    this.skip();
  });

  beforeEach(async () => {
    pair = await openPtyPair();
  });

  afterEach(async () => {
    await pair.end();
  });

  it('carries every byte value both ways, and answers short when the time is over', async () => {
    const near = await SerialLink.open({ path: pair.near, baud: 115_200, parity: 'even' });
    const far = await SerialLink.open({ path: pair.far, baud: 115_200 });
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    await near.write(every);
    await near.drain();
    expect(await far.read(256, 2000)).to.deep.equal(every);
    await far.write(every.slice().reverse());
    expect(await near.read(200, 2000)).to.have.length(200);
    expect(await near.read(200, 30)).to.have.length(56);
    expect(await near.readSome(10, 1)).to.have.length(0);
    await near.close();
    await near.close();
    expect(await codeOf(near.write(every))).to.equal('PORT_CLOSED');
    expect(await codeOf(near.read(1, 1000))).to.equal('PORT_CLOSED');
    await far.close();
  });

  it('has no modem lines and does not mind', async () => {
    const near = await SerialLink.open({ path: pair.near, baud: 115_200 });
    expect(await near.setPins({ dtr: false, rts: true, brk: false })).to.equal(false);
    await near.write(Uint8Array.of(1));
    await near.close();
  });

  it('is one user’s at a time, and anybody’s afterwards', async () => {
    const first = await SerialLink.open({ path: pair.near, baud: 115_200 });
    expect(await codeOf(SerialLink.open({ path: pair.near, baud: 115_200 }))).to.equal('PORT_BUSY');
    await first.close();
    const second = await SerialLink.open({ path: pair.near, baud: 115_200 });
    await second.close();
  });

  it('rejects what waits, and what comes after, when the other side vanishes', async () => {
    const near = await SerialLink.open({ path: pair.near, baud: 115_200 });
    const waiting = codeOf(near.read(1, 90_000));
    await pair.end();
    expect(await waiting).to.equal('PORT_LOST');
    expect(await codeOf(near.write(Uint8Array.of(1)))).to.equal('PORT_LOST');
    await near.close();
  });

  it('flashes a loader at the far end', async () => {
    const far = await SerialLink.open({ path: pair.far, baud: 115_200 });
    const loader = new FakeLoader((bytes) => void far.write(bytes));
    const pump = (async () => {
      for (;;) loader.receive(await far.readSome(4096, 60_000));
    })().catch(() => undefined);
    const flasher = await openFlasher(fakeTarget, pair.near);
    const image = fakeImage(8000);
    const report = await flasher.flash(image, { verify: true, go: true });
    expect(report).to.include({ verifiedBy: 'checksum' });
    expect(loader.flash.subarray(0, 8000)).to.deep.equal(image);
    await flasher.close();
    await far.close();
    await pump;
  });
});
