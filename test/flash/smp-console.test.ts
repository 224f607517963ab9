import { expect } from 'chai';
import fc from 'fast-check';
import { ConsoleReceiver, consoleBytes, encodeConsole } from '../../src/flash/smp/console.js';
import { decodePacket, encodePacket, type SmpPacket } from '../../src/flash/smp/packet.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const line = (text: string): string => `\u0006\u0009${text}\n`;

function receive(chunks: readonly Uint8Array[]): { packets: string[]; text: string[]; damaged: number } {
  const packets: string[] = [];
  const text: string[] = [];
  const receiver = new ConsoleReceiver(
    (packet) => packets.push(Buffer.from(packet).toString('hex')),
    (words) => text.push(words),
  );
  for (const chunk of chunks) receiver.push(chunk);
  return { packets, text, damaged: receiver.damaged };
}

/** Packets and lines of MCUboot's and Zephyr's own servers and clients. */
const known: readonly (readonly [SmpPacket, packet: string, text: string])[] = [
  [
    { op: 2, group: 0, command: 0, sequence: 0x42, body: { d: 'hi' } },
    '02 00 00 06 00 00 42 00 A1 61 64 62 68 69',
    'ABACAAAGAABCAKFhZGJoaXBh',
  ],
  [
    { op: 0, group: 1, command: 0, sequence: 2, body: {} },
    '00 00 00 01 00 01 02 00 A0',
    'AAsAAAABAAECAKDong==',
  ],
  [
    { op: 0, group: 0, command: 6, sequence: 3, body: {} },
    '00 00 00 01 00 00 03 06 A0',
    'AAsAAAABAAADBqADvA==',
  ],
  [
    { op: 2, group: 1, command: 0, sequence: 5, body: { confirm: true } },
    '02 00 00 0A 00 01 05 00 A1 67 63 6F 6E 66 69 72 6D F5',
    'ABQCAAAKAAEFAKFnY29uZmlybfWDMg==',
  ],
  [
    { op: 2, group: 0, command: 5, sequence: 1, body: {} },
    '02 00 00 01 00 00 01 05 A0',
    'AAsCAAABAAABBaD+6A==',
  ],
];

describe('SMP on a console', () => {
  it('sends the bytes of known clients', () => {
    for (const [packet, hex, text] of known) {
      const encoded = encodePacket(packet);
      expect(encoded).to.deep.equal(bytes(hex));
      expect(Buffer.from(encodeConsole(encoded)).toString('latin1')).to.equal(line(text));
      expect(decodePacket(encoded)).to.deep.equal(packet);
    }
  });

  it('cuts the first packet of an upload into the two lines that a known client sends', () => {
    const data = Uint8Array.from({ length: 64 }, (_, i) => i);
    const body = { len: 256, off: 0, sha: new Uint8Array(32), data };
    const packet = encodePacket({ op: 2, group: 1, command: 1, sequence: 7, body });
    const wire = encodeConsole(packet);
    expect(Buffer.from(wire).toString('latin1')).to.equal(
      line(
        'AIQCAAB6AAEHAaRjbGVuGQEAY29mZgBjc2hhWCAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGRkYXRhWEAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY',
      ) + '\u0004\u0014GRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/JPk=\n',
    );
    expect(wire).to.have.length(consoleBytes(packet.length));
  });

  it('understands the indefinite maps of MCUboot’s own answers', () => {
    const answers: [string, unknown][] = [
      ['ABEDAAAHAAABAL9hcmJoaf8SXw==', { r: 'hi' }],
      ['ABUBAAALAAEDAL9maW1hZ2Vzn///gUc=', { images: [] }],
      ['ABcDAAANAAEEAb9icmMAY29mZhkBAP93Zg==', { rc: 0, off: 256 }],
      ['ABADAAAGAAAbBb9icmMA//7N', { rc: 0 }],
      ['ABsLAAARAAEGAaFjZXJyomVncm91cAFicmMDlsU=', { err: { group: 1, rc: 3 } }],
    ];
    for (const [text, body] of answers) {
      const { packets } = receive([Buffer.from(line(text), 'latin1')]);
      expect(decodePacket(Buffer.from(packets[0], 'hex'))?.body).to.deep.equal(body);
    }
  });

  it('drops what is damaged, keeps console output apart, and goes on', () => {
    const good = encodeConsole(bytes(known[0][1]));
    const stream = [
      Buffer.from('*** Booting ***\r\n'),
      Buffer.from('\u0006\u0009ABAC!AGAABCAKFhZGJoaXBh\n', 'latin1'),
      Buffer.from('\u0004\u0014AAAA\n', 'latin1'),
      Buffer.from(line('ABACAAAGAABCAKFhZGJoaXBi'), 'latin1'),
      Buffer.from(line('/////w=='), 'latin1'),
      good,
    ];
    const { packets, text, damaged } = receive(stream);
    expect(packets).to.have.length(1);
    expect(text).to.deep.equal(['*** Booting ***']);
    expect(damaged).to.equal(3);
  });

  it('gives the same packets however the bytes are cut, whatever the bytes are', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...known.map(([, hex]) => encodeConsole(bytes(hex)))),
      fc.constant(Uint8Array.of(0x0a)),
      fc.constant(Uint8Array.of(0x06, 0x09)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 17 }), (pieces, step) => {
        const whole = Buffer.concat(pieces);
        const chunks = Array.from({ length: Math.ceil(whole.length / step) }, (_, i) =>
          whole.subarray(i * step, (i + 1) * step),
        );
        expect(receive(chunks)).to.deep.equal(receive([whole]));
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('takes no bytes for a packet that are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        const packet = decodePacket(noise);
        if (packet !== undefined) expect(packet.body).to.be.an('object');
      }),
      { numRuns: 2000, seed: 6 },
    );
    // A hostile key stays a key; nested arrays without end are refused, not followed.
    expect(
      decodePacket(bytes('00 00 00 0c 00 01 00 00 a1 69 5f 5f 70 72 6f 74 6f 5f 5f 01'))?.body,
    ).to.have.own.property('__proto__');
    expect(
      decodePacket(Uint8Array.of(0, 0, 0x20, 0, 0, 1, 0, 0, ...new Uint8Array(8192).fill(0x81))),
    ).to.equal(undefined);
  });
});
