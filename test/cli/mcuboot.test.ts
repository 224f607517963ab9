import { expect } from 'chai';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { put, temporaryFolder } from '../data/fixtures.js';
import { litesnnJson, refused } from './support/command-line.js';

describe('litesnn mcuboot', function () {
  const folder = temporaryFolder();

  it('makes a key, signs, and takes the image apart', async () => {
    const [key, other, firmware, image] = ['key.pem', 'other.pem', 'firmware.bin', 'image.bin'].map((name) =>
      join(folder(), name),
    );
    put(firmware, new Uint8Array(3000).fill(7));
    await litesnnJson(['mcuboot', 'keygen', '--kind', 'ecdsa-p256', '--out', key]);
    await litesnnJson(['mcuboot', 'keygen', '--out', other]);
    expect(statSync(key).mode & 0o777).to.equal(0o600);
    const before = readFileSync(key, 'utf8');
    await refused(['mcuboot', 'keygen', '--out', key], {
      exitCode: 2,
      code: 'MCUBOOT_KEY',
      says: /is there already/,
    });
    expect(readFileSync(key, 'utf8')).to.equal(before);
    const about = ['--image-version', '1.2.3+4', '--security-counter', '5', '--header-bytes', '256'];
    await litesnnJson(['mcuboot', 'sign', '--image', firmware, '--key', key, ...about, '--out', image]);
    expect(await litesnnJson(['mcuboot', 'info', '--image', image, '--key', key])).to.include({
      ...{
        version: '1.2.3.4',
        securityCounter: 5,
        headerBytes: 256,
        firmwareBytes: 3000,
        signature: 'ecdsa-p256',
      },
    });
    const info = ['mcuboot', 'info', '--image', image, '--key', other];
    await refused(info, { exitCode: 7, code: 'MCUBOOT_IMAGE', says: /another key signed it/ });
    const list = ['mcuboot', 'list', '--port', '/dev/ttyNONE'];
    await refused(list, { exitCode: 6, code: 'PORT_NOT_FOUND', says: /there is no port/ });
  });
});
