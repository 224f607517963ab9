import { expect } from 'chai';
import fc from 'fast-check';
import { decodeUf2, encodeUf2 } from '../../src/build/uf2.js';

const RP2040 = 0xe48bff56;

describe('UF2 files', () => {
  it('begin as those of other tools do', () => {
    const file = encodeUf2({ address: 0x10002000, familyId: RP2040, bytes: new Uint8Array(300) });
    expect(file.length).to.equal(1024);
    expect(file.subarray(0, 32).toString('hex')).to.equal(
      '5546320a57515d9e00200000002000100001000000000000' + '0200000056ff8be4',
    );
    expect(file.subarray(508, 512).toString('hex')).to.equal('306fb10a');
    expect(file.readUInt32LE(512 + 12)).to.equal(0x10002100);
    // 44 bytes of image, then erased flash, then the part of a block that nobody reads.
    expect([
      file[512 + 32 + 43],
      file[512 + 32 + 44],
      file[512 + 32 + 255],
      file[512 + 32 + 256],
    ]).to.deep.equal([0, 0xff, 0xff, 0]);
  });

  it('are read back as they were written, in any order of blocks', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 3000 }),
        fc.integer({ min: 0, max: 0xffff }),
        fc.infiniteStream(fc.nat()),
        (bytes, sector, order) => {
          const address = sector * 4096;
          const file = encodeUf2({ address, familyId: RP2040, bytes });
          const blocks = Array.from({ length: file.length / 512 }, (_, i) =>
            file.subarray(i * 512, i * 512 + 512),
          )
            .map((block) => ({ block, key: order.next().value as number }))
            .sort((a, b) => a.key - b.key);
          const image = decodeUf2(Buffer.concat(blocks.map(({ block }) => block)), RP2040);
          expect(image.address).to.equal(address);
          expect(Buffer.compare(image.bytes.subarray(0, bytes.length), bytes)).to.equal(0);
          expect(image.bytes.subarray(bytes.length).every((byte) => byte === 0xff)).to.equal(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('say what is wrong with them', () => {
    const good = encodeUf2({ address: 0x10000000, familyId: RP2040, bytes: new Uint8Array(1000) });
    const changed = (offset: number, value: number) => {
      const file = Buffer.from(good);
      file.writeUInt32LE(value, offset);
      return file;
    };
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [good.subarray(0, 1000), /1000 bytes are not blocks/],
      [new Uint8Array(), /0 bytes are not blocks/],
      [good.subarray(0, 1536), /3 of 4 blocks/],
      [changed(512, 1), /block 1 is none/],
      [changed(508, 1), /block 0 is none/],
      [changed(16, 477), /block 0 says it holds 477 bytes/],
      [changed(512 + 12, 0x10000200), /gap or an overlap at 0x10000100/],
      [changed(512 + 24, 9), /disagree/],
      [changed(28, 0xada52840), /3 of 4 blocks/],
    ];
    for (const [file, message] of cases)
      expect(() => decodeUf2(file, RP2040), String(message)).to.throw(message);
    expect(() => decodeUf2(good, 0xada52840)).to.throw(/no block of family 0xada52840/);
    expect(() => encodeUf2({ address: 0x10000100, familyId: RP2040, bytes: new Uint8Array(1) })).to.throw(
      /sector of 4096/,
    );
  });

  it('are never taken for whole when they are not', () => {
    const good = encodeUf2({ address: 0, familyId: RP2040, bytes: new Uint8Array(700).fill(7) });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2048 }), (noise) => {
        expect(() => decodeUf2(noise, RP2040)).to.throw(/not a whole UF2 file/);
      }),
      { numRuns: 100 },
    );
    expect(() => decodeUf2(Buffer.concat([good, good.subarray(0, 512)]), RP2040)).to.throw(/4 of 3 blocks/);
  });
});
