import { expect } from 'chai';
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { LitesnnError } from '../../src/core/errors.js';
import {
  findTlv,
  isMcubootImage,
  readMcubootImage,
  securityCounterOf,
  TlvType,
} from '../../src/flash/mcuboot/image-format.js';
import {
  compareImageVersions,
  imageVersionText,
  parseImageVersion,
} from '../../src/flash/mcuboot/image-version.js';
import { keyHash, newKeyPem, publicDer } from '../../src/flash/mcuboot/keys.js';
import { signImage, verifyImage } from '../../src/flash/mcuboot/sign.js';
import { trailerBytes, trailerMagic } from '../../src/flash/mcuboot/trailer.js';

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as LitesnnError).code;
  }
  return 'no error';
};

const firmware = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7) & 0xff);
const ed25519 = createPrivateKey(newKeyPem('ed25519'));
const p256 = createPrivateKey(newKeyPem('ecdsa-p256'));
const version = parseImageVersion('1.2.3+4');

describe('MCUboot images', () => {
  it('begin as imgtool’s do, and carry hash, key and signature where it puts them', () => {
    const image = signImage(firmware, { version, key: ed25519, headerBytes: 0x200 });
    const head = '3DB8F396 00000000 0002 0000 00100000 00000000 01020300 04000000 00000000'.replaceAll(
      ' ',
      '',
    );
    expect(Buffer.from(image.subarray(0, 32)).toString('hex').toUpperCase()).to.equal(head);
    expect(image.subarray(32, 0x200).every((byte) => byte === 0xff)).to.equal(true);
    const area = Buffer.from(image.subarray(0x200 + 4096));
    expect(area).to.have.length(0x90);
    expect(area.subarray(0, 8).toString('hex')).to.equal('0769900010002000');
    expect(area.subarray(40, 44).toString('hex')).to.equal('01002000');
    expect(area.subarray(76, 80).toString('hex')).to.equal('24004000');
    const digest = createHash('sha256')
      .update(image.subarray(0, 0x200 + 4096))
      .digest();
    expect(area.subarray(8, 40)).to.deep.equal(digest);
    expect(verify(null, digest, createPublicKey(ed25519), area.subarray(80))).to.equal(true);
  });

  it('hash the public key as SubjectPublicKeyInfo', () => {
    expect(publicDer(ed25519)).to.have.length(44);
    expect(Buffer.from(publicDer(ed25519).subarray(0, 12)).toString('hex')).to.equal(
      '302a300506032b6570032100',
    );
    expect(publicDer(p256)).to.have.length(91);
    expect(keyHash(createPublicKey(p256))).to.deep.equal(keyHash(p256));
  });

  it('are what was signed, for both kinds of keys, with and without a security counter', () => {
    for (const key of [ed25519, p256]) {
      for (const securityCounter of [undefined, 7]) {
        const counter = securityCounter === undefined ? {} : { securityCounter };
        const bytes = signImage(firmware, { version, key, headerBytes: 0x100, ...counter });
        const image = readMcubootImage(Buffer.concat([bytes, new Uint8Array(100).fill(0xff)]));
        expect(image.version).to.deep.equal(version);
        expect(image.bytes).to.equal(bytes.length);
        expect(Buffer.compare(image.firmware, firmware)).to.equal(0);
        expect(securityCounterOf(image)).to.equal(securityCounter);
        expect(findTlv(image.tlvs, TlvType.sha256)).to.deep.equal(Uint8Array.from(image.digest));
        verifyImage(bytes, image, key);
        verifyImage(bytes, image, createPublicKey(key));
        expect(
          codeOf(() => {
            verifyImage(bytes, image, createPrivateKey(newKeyPem('ed25519')));
          }),
        ).to.equal('MCUBOOT_IMAGE');
      }
    }
  });

  it('with a single changed bit anywhere are refused', () => {
    const bytes = signImage(firmware.subarray(0, 64), {
      version,
      key: ed25519,
      headerBytes: 0x20,
      securityCounter: 1,
    });
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const check = (): void => {
        verifyImage(damaged, readMcubootImage(damaged), ed25519);
      };
      expect(codeOf(check), `bit ${bit}`).to.equal('MCUBOOT_IMAGE');
    }
  });

  it('cut off anywhere are refused', () => {
    const bytes = signImage(firmware.subarray(0, 64), { version, key: p256, headerBytes: 0x20 });
    for (let length = 0; length < bytes.length; length++) {
      expect(
        codeOf(() => readMcubootImage(bytes.subarray(0, length))),
        `${length}`,
      ).to.equal('MCUBOOT_IMAGE');
    }
    expect(isMcubootImage(firmware)).to.equal(false);
  });

  it('with a signature over something else are refused', () => {
    const bytes = signImage(firmware, { version, key: ed25519, headerBytes: 0x200 });
    bytes.set(sign(null, Buffer.from('something else'), ed25519), bytes.length - 64);
    expect(
      codeOf(() => {
        verifyImage(bytes, readMcubootImage(bytes), ed25519);
      }),
    ).to.equal('MCUBOOT_IMAGE');
  });

  it('have versions in imgtool’s and in MCUboot’s spelling', () => {
    expect(imageVersionText(parseImageVersion('1.2.3+4'))).to.equal('1.2.3.4');
    expect(imageVersionText(parseImageVersion('1.2.3'))).to.equal('1.2.3');
    expect(parseImageVersion('255.255.65535.4294967295').build).to.equal(0xffff_ffff);
    for (const bad of ['', '1.2', '256.0.0', '1.2.65536', '1.2.3-4', 'v1.2.3', '1.2.3+4294967296'])
      expect(
        codeOf(() => parseImageVersion(bad)),
        bad,
      ).to.equal('MCUBOOT_VERSION');
    const order = ['0.0.1', '0.1.0', '1.0.0', '1.0.0+1', '1.0.1'].map(parseImageVersion);
    expect([...order].reverse().sort(compareImageVersions)).to.deep.equal(order);
  });

  it('leave the end of the slot to MCUboot', () => {
    expect(trailerMagic(8)).to.have.length(16);
    expect(Buffer.from(trailerMagic(32)).toString('hex')).to.match(/^20002de15d29/);
    expect(trailerBytes(8)).to.equal(16 + 32 + 128 * 3 * 8);
  });
});
