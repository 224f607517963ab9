import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';

/** A folder for one test file, removed after it. Call at the top of a `describe`. */
export function temporaryFolder(): () => string {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'litesnn-data-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}

export function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export interface WavOptions {
  readonly sampleRate?: number;
  readonly channels?: number;
  readonly bits?: number;
  readonly format?: number;
  /** Chunks between `fmt ` and `data`. */
  readonly extra?: readonly { readonly id: string; readonly bytes: Uint8Array }[];
  /** What the data chunk says, instead of the truth. */
  readonly promisedBytes?: number;
}

/** A RIFF/WAVE file, written here independently of the code under test. */
export function wavBytes(samples: ArrayLike<number>, options: WavOptions = {}): Buffer {
  const { sampleRate = 8000, channels = 1, bits = 16, format = 1, extra = [] } = options;
  const fmt = Buffer.alloc(16);
  fmt.writeUInt16LE(format, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(sampleRate, 4);
  fmt.writeUInt32LE((sampleRate * channels * bits) / 8, 8);
  fmt.writeUInt16LE((channels * bits) / 8, 12);
  fmt.writeUInt16LE(bits, 14);
  const data = Buffer.alloc(2 * samples.length);
  Array.from(samples).forEach((sample, i) => data.writeInt16LE(sample, 2 * i));
  const chunks = [
    chunk('fmt ', fmt),
    ...extra.map(({ id, bytes }) => chunk(id, Buffer.from(bytes))),
    chunk('data', data, options.promisedBytes),
  ];
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));
}

function chunk(id: string, bytes: Buffer, promised = bytes.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 0, 'latin1');
  header.writeUInt32LE(promised, 4);
  return Buffer.concat([header, bytes, Buffer.alloc(bytes.length & 1)]);
}

/** A tone with noise; another seed is another recording. */
export function tone(seed: number, length = 800, hertz = 440, sampleRate = 8000): Int16Array {
  const random = Random.fromSeed(seed);
  return Int16Array.from({ length }, (_, n) =>
    Math.round(6000 * Math.sin((2 * Math.PI * hertz * n) / sampleRate) + 300 * random.gaussian()),
  );
}

/** IDX file of unsigned bytes. */
export function idxBytes(sizes: readonly number[], data: Uint8Array, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header[2] = type;
  header[3] = sizes.length;
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, data]);
}

export function randomBytes(seed: number, length: number): Buffer {
  const random = Random.fromSeed(seed);
  return Buffer.from(Uint8Array.from({ length }, () => random.integer(0, 255)));
}

/** `count` CIFAR records of random pixels, labels 0, 1, ... in turn. */
export function cifarBytes(seed: number, count: number, labelBytes = 1, classes = 10): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      Buffer.concat([Buffer.alloc(labelBytes, i % classes), randomBytes(1000 * seed + i, 3072)]),
    ),
  );
}

/** Runs something that must fail with a usage error of this code; returns it for its message. */
export async function failure(code: string, run: () => unknown): Promise<LitesnnError> {
  let caught: unknown;
  try {
    await run();
  } catch (error) {
    caught = error;
  }
  expect(caught, `expected ${code}`).to.be.instanceOf(LitesnnError);
  const error = caught as LitesnnError;
  expect(error.code).to.equal(code);
  expect(error.exitCode).to.equal(ExitCode.usage);
  expect(error.message).to.not.match(/\n/);
  return error;
}
