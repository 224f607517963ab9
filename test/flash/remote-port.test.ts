import { expect } from 'chai';
import fc from 'fast-check';
import { createServer, type AddressInfo } from 'node:net';
import { LitesnnError } from '../../src/core/errors.js';
import { openLink } from '../../src/flash/link/open-link.js';
import { escapeTelnet, subnegotiation, TelnetDecoder } from '../../src/flash/link/telnet.js';
import { openFlasher } from '../../src/flash/open-flasher.js';
import { FakeLoader } from './support/fake-loader.js';
import { fakeImage, fakeTarget } from './support/fixtures.js';
import { Rfc2217Server, type ServerOptions } from './support/rfc2217-server.js';

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((failure: unknown) => failure);
  return error instanceof LitesnnError ? error.code : 'no error';
}

const every = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('a port on another machine', () => {
  let server: Rfc2217Server | undefined;
  const start = async (
    onData: (bytes: Uint8Array, own: Rfc2217Server) => void,
    options?: ServerOptions,
  ): Promise<string> => {
    server = await Rfc2217Server.start(onData, options);
    return `rfc2217://127.0.0.1:${server.port}`;
  };
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('is set up by RFC 2217, carries every byte value both ways, and moves DTR and RTS', async () => {
    const address = await start((bytes, own) => {
      own.send(bytes);
    });
    const link = await openLink(address, { baud: 115_200, parity: 'even' });
    expect(server?.settings.get(1)).to.deep.equal([0, 1, 0xc2, 0]);
    expect(server?.settings.get(2)).to.deep.equal([8]);
    expect(server?.settings.get(3)).to.deep.equal([3]);
    expect(server?.settings.get(4)).to.deep.equal([1]);
    await link.write(every);
    expect(await link.read(256, 5000)).to.deep.equal(every);
    expect(await link.setPins?.({ dtr: true, rts: false, brk: false })).to.equal(true);
    expect(server?.controls).to.deep.equal([1, 8, 12, 6]);
    const waiting = codeOf(link.read(1, 60_000));
    server?.drop();
    expect(await waiting).to.equal('PORT_LOST');
    expect(await codeOf(link.write(every))).to.equal('PORT_LOST');
    await link.close();
  });

  it('flashes a board there', async () => {
    let loader: FakeLoader | undefined;
    const address = await start((bytes, own) => {
      loader ??= new FakeLoader((answer) => {
        own.send(answer);
      });
      loader.receive(bytes);
    });
    const flasher = await openFlasher(fakeTarget, address);
    const image = fakeImage(6000);
    expect(await flasher.flash(image, { verify: true, go: true })).to.include({ verifiedBy: 'checksum' });
    expect(loader?.flash.subarray(0, 6000)).to.deep.equal(image);
    await flasher.close();
  });

  it('says what is wrong with it, in bounded time', async () => {
    const plain = await start(() => undefined, { plain: true });
    expect(await codeOf(openLink(plain, { baud: 9600 }))).to.equal('PORT_NOT_RFC2217');
    await server?.stop();
    const wrong = await start(() => undefined, { wrongBaud: true });
    expect(await codeOf(openLink(wrong, { baud: 115_200 }))).to.equal('PORT_SETTINGS');
    await server?.stop();
    const silent = await start(() => undefined, { silent: true });
    expect(await codeOf(openLink(silent, { baud: 9600 }))).to.equal('PORT_NOT_RFC2217');
    const { port } = server!;
    await server?.stop();
    expect(await codeOf(openLink(`rfc2217://127.0.0.1:${port}`, { baud: 9600 }))).to.equal('PORT_NOT_FOUND');
    for (const bad of [
      'rfc2217://host',
      'tcp://:1',
      'tcp://a:0',
      'tcp://a:70000',
      'http://a:1',
      'tcp://a b:1',
    ])
      expect(await codeOf(openLink(bad, { baud: 9600 })), bad).to.equal('PORT_ADDRESS');
  });

  it('behind plain TCP carries bytes as they are', async () => {
    const echo = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const link = await openLink(`tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`, { baud: 115_200 });
    await link.write(every);
    expect(await link.read(256, 5000)).to.deep.equal(every);
    expect(await link.read(1, 10)).to.have.length(0);
    await link.close();
    expect(await codeOf(link.read(1, 10))).to.equal('PORT_CLOSED');
    await new Promise((resolve) => echo.close(resolve));
  });
});

describe('telnet', () => {
  function decode(chunks: readonly Uint8Array[]): unknown {
    const data: number[] = [];
    const words: unknown[] = [];
    const decoder = new TelnetDecoder({
      onData: (bytes) => data.push(...bytes),
      onVerb: (verb, option) => words.push([data.length, verb, option]),
      onSubnegotiation: (bytes) => words.push([...bytes]),
    });
    for (const chunk of chunks) decoder.push(chunk);
    return { data, words };
  }

  it('gives back the data that was escaped', () => {
    expect(decode([escapeTelnet(every)])).to.deep.equal({ data: [...every], words: [] });
    expect(decode([subnegotiation(44, Uint8Array.of(101, 255, 0))])).to.deep.equal({
      data: [],
      words: [[44, 101, 255, 0]],
    });
  });

  it('gives the same data however the bytes are cut, whatever they are', () => {
    const byte = fc.oneof(fc.constantFrom(255, 250, 240, 251, 253, 44), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), (bytes) => {
        const one = bytes.map((value) => Uint8Array.of(value));
        const { data } = decode(one) as { data: number[] };
        expect((decode([Uint8Array.from(bytes)]) as { data: number[] }).data).to.deep.equal(data);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
