import { expect } from 'chai';
import { stm32Crc } from '../../src/core/stm32-crc.js';
import {
  addressFrame,
  checksumLengthFrame,
  commandFrame,
  extendedEraseFrame,
  legacyEraseFrame,
  readLengthFrame,
  writeDataFrame,
  xorOf,
} from '../../src/flash/stm32-uart/frames.js';
import { parseChecksum, parseGet, parseProductId } from '../../src/flash/stm32-uart/replies.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('STM32 loader frames', () => {
  it('are the bytes that stm32flash sends', () => {
    expect(commandFrame(0x31)).to.deep.equal(bytes('31 CE'));
    expect(addressFrame(0x08000000)).to.deep.equal(bytes('08 00 00 00 08'));
    expect(addressFrame(0x08000100)).to.deep.equal(bytes('08 00 01 00 09'));
    expect(readLengthFrame(256)).to.deep.equal(bytes('FF 00'));
    expect(writeDataFrame(bytes('00 01 02 03 04 05 06 07'))).to.deep.equal(
      bytes('07 00 01 02 03 04 05 06 07 07'),
    );
    expect(legacyEraseFrame([2, 3, 4])).to.deep.equal(bytes('02 02 03 04 07'));
    expect(extendedEraseFrame([2, 3, 4])).to.deep.equal(bytes('00 02 00 02 00 03 00 04 07'));
    expect(extendedEraseFrame([0])).to.deep.equal(bytes('00 00 00 00 00'));
    expect(checksumLengthFrame(1024)).to.deep.equal(bytes('00 00 04 00 04'));
    expect(xorOf(bytes('FF FF'))).to.equal(0);
  });

  it('are understood the other way', () => {
    expect(parseGet(bytes('31 00 01 02 11 21 31 44'))).to.deep.equal({
      text: '3.1',
      commands: [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44],
    });
    expect(parseProductId(bytes('04 15'))).to.equal(0x415);
    expect(parseProductId(bytes('04'))).to.equal(undefined);
    expect(parseChecksum(bytes('D0 00 A3 E2 91'))).to.equal(0xd000a3e2);
    expect(parseChecksum(bytes('D0 00 A3 E2 90'))).to.equal(undefined);
  });

  it('compute the CRC of the STM32 CRC unit', () => {
    expect(stm32Crc(bytes('31 32 33 34 35 36 37 38'))).to.equal(0xfefc54f9);
    expect(stm32Crc(new Uint8Array(4))).to.equal(0xc704dd7b);
    expect(stm32Crc(new Uint8Array(256).fill(0xff))).to.equal(0x7beaea80);
    expect(stm32Crc(new Uint8Array(1024).fill(0xff))).to.equal(0xd000a3e2);
  });
});
