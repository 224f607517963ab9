import crc16ccitt from 'crc/calculators/crc16ccitt';
import { expect } from 'chai';
import fc from 'fast-check';
import { cobsDecode, cobsEncode } from '../../src/measure/frames/cobs.js';
import { type Decoded, FrameDecoder, encodeFrame } from '../../src/measure/frames/frame-codec.js';
import { parseDeviceFrame } from '../../src/measure/frames/parse.js';

const byte = fc.integer({ min: 0, max: 255 });
const frame = fc.record({ type: byte, sequence: byte, payload: fc.uint8Array({ maxLength: 246 }) });

function chunked(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; start < stream.length; i++) {
    const length = cuts.length === 0 ? stream.length : cuts[i % cuts.length];
    chunks.push(stream.subarray(start, start + length));
    start += length;
  }
  return chunks;
}

function decodeAll(chunks: readonly Uint8Array[]): Decoded[] {
  const decoder = new FrameDecoder();
  return chunks.flatMap((chunk) => decoder.push(chunk));
}

function randomBytes(count: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

describe('frames of the device protocol', () => {
  it('use the CRC and the stuffing that the document names', () => {
    expect(crc16ccitt(Buffer.from('123456789'))).to.equal(0x29b1);
    const pairs: [number[], number[]][] = [
      [[], [1]],
      [[0], [1, 1]],
      [
        [0, 0],
        [1, 1, 1],
      ],
      [
        [0x11, 0x22, 0, 0x33],
        [3, 0x11, 0x22, 2, 0x33],
      ],
      [
        [0x11, 0, 0, 0],
        [2, 0x11, 1, 1, 1],
      ],
    ];
    for (const [plain, stuffed] of pairs) {
      expect([...cobsEncode(Uint8Array.from(plain))]).to.deep.equal(stuffed);
      expect([...cobsDecode(Uint8Array.from(stuffed))!]).to.deep.equal(plain);
    }
    // 254 bytes without a zero are one full block, the 255th begins another.
    const full = Uint8Array.from({ length: 255 }, (_, i) => i + 1);
    expect([...cobsEncode(full.subarray(0, 254))]).to.deep.equal([0xff, ...full.subarray(0, 254)]);
    expect([...cobsEncode(full)]).to.deep.equal([0xff, ...full.subarray(0, 254), 2, 255]);
  });

  it('survive stuffing, whatever their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
        const stuffed = cobsEncode(bytes);
        expect(stuffed.includes(0)).to.equal(false);
        expect(cobsDecode(stuffed)).to.deep.equal(bytes);
      }),
    );
  });

  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 300 })),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          const expected = frames.map((value) => ({ kind: 'frame', frame: value }));
          expect(decodeAll(chunked(stream, cuts))).to.deep.equal(expected);
        },
      ),
    );
  });

  it('lose one frame, never gain a wrong one, by any flipped bit', () => {
    fc.assert(
      fc.property(frame, frame, fc.nat(), fc.nat(7), (first, second, at, bit) => {
        const damaged = encodeFrame(first);
        damaged[at % damaged.length] ^= 1 << bit;
        const decoded = decodeAll([damaged, Uint8Array.of(0), encodeFrame(second)]);
        const frames = decoded.flatMap((value) => (value.kind === 'frame' ? [value.frame] : []));
        expect(frames).to.deep.equal([second]);
      }),
      { numRuns: 500, seed: 20 }, // fixed: a CRC of 16 bits lets one damage in 65,536 through
    );
  });

  it('make something of a megabyte of noise, the same however it is cut', () => {
    const noise = randomBytes(1 << 20, 7);
    const whole = decodeAll([noise]);
    expect(decodeAll(chunked(noise, [1, 7, 300, 4096]))).to.deep.equal(whole);
    expect(whole.filter((value) => value.kind === 'bad').length).to.be.greaterThan(1000);
    for (const value of whole) if (value.kind === 'frame') parseDeviceFrame(value.frame);
  });

  it('need no memory for a delimiter that never comes', () => {
    const decoder = new FrameDecoder();
    const ones = new Uint8Array(1 << 16).fill(1);
    for (let i = 0; i < 64; i++) expect(decoder.push(ones)).to.deep.equal([]);
    expect(decoder.push(Uint8Array.of(0, 0))).to.deep.equal([{ kind: 'bad', reason: 'length' }]);
    const good = { type: 7, sequence: 1, payload: new Uint8Array(6) };
    expect(decoder.push(encodeFrame(good))).to.deep.equal([{ kind: 'frame', frame: good }]);
  });
});

describe('payloads of device frames', () => {
  it('never throw, and are malformed unless every byte is accounted for', () => {
    fc.assert(
      fc.property(frame, (value) => {
        const parsed = parseDeviceFrame(value);
        const known = value.type >= 1 && value.type <= 8;
        expect(parsed.kind === 'unknown').to.equal(!known);
      }),
    );
    const ack = { type: 7, sequence: 0, payload: Uint8Array.of(0x82, 5, 0x10, 0x27, 0, 0) };
    expect(parseDeviceFrame(ack)).to.deep.equal({ kind: 'ack', command: 0x82, sequence: 5, next: 10_000 });
    for (const payload of [ack.payload.subarray(0, 5), Uint8Array.of(...ack.payload, 0)]) {
      expect(parseDeviceFrame({ ...ack, payload })).to.deep.equal({ kind: 'malformed', type: 7 });
    }
  });

  it('are read field by field as the document lays them out', () => {
    const payload = Uint8Array.of(
      ...[0x2a, 0, 0, 0], // sample 42
      ...[3, 0], // class
      ...[5, 0], // timesteps, flags
      ...[0x01, 0, 0, 0, 0x02, 0, 0, 0], // cycles
      ...[0, 0, 2, 0], // first, count
      ...[0xfe, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x80], // logits
    );
    expect(parseDeviceFrame({ type: 2, sequence: 0, payload })).to.deep.equal({
      kind: 'result',
      sample: 42,
      classIndex: 3,
      timesteps: 5,
      ticks: 0x200000001,
      first: 0,
      logits: [-2, -0x80000000],
    });
  });
});
