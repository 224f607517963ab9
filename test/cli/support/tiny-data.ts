import { join } from 'node:path';
import { Random } from '../../../src/core/random.js';
import { idxBytes, put, tone, wavBytes } from '../../data/fixtures.js';

const SIDE = 8;
const CLASSES = 3;

/** Upright, lying and slanted stripes at random places on noise: three classes that a small network learns in seconds. */
function stripes(seed: number, count: number): { images: Buffer; labels: Buffer } {
  const random = Random.fromSeed(seed);
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % CLASSES);
  labels.forEach((label, index) => {
    const offset = random.integer(0, 3);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const place = [x, y, x + y][label] + offset;
        images[(index * SIDE + y) * SIDE + x] = (place % 4 === 0 ? 200 : 10) + random.integer(0, 50);
      }
    }
  });
  return { images: idxBytes([count, SIDE, SIDE], images), labels: idxBytes([count], labels) };
}

/** An IDX set of 120 training and 24 (or so many) test images of 8 x 8 pixels. */
export function writeStripes(folder: string, tests = 24): string {
  const train = stripes(1, 120);
  const test = stripes(2, tests);
  put(join(folder, 'train-images-idx3-ubyte'), train.images);
  put(join(folder, 'train-labels-idx1-ubyte'), train.labels);
  put(join(folder, 't10k-images-idx3-ubyte'), test.images);
  put(join(folder, 't10k-labels-idx1-ubyte'), test.labels);
  return folder;
}

/** A folder a class of 1/8 s recordings, low and high tones, and a definition that asks for few features. */
export function writeTones(folder: string, each = 30): string {
  const definition = [
    'reader: wav',
    'window: { seconds: 0.125 }',
    'frontEnd: { kind: log-mel, frames: 8, mels: 8, highHz: 3800 }',
  ];
  put(join(folder, 'dataset.yaml'), `${definition.join('\n')}\n`);
  for (const [label, hertz] of [
    ['low', 300],
    ['high', 2000],
  ] as const) {
    for (let index = 0; index < each; index++) {
      const seed = hertz + index;
      put(join(folder, label, `${index}.wav`), wavBytes(tone(seed, 1000, hertz + 5 * index)));
    }
  }
  return folder;
}

/** Options of a run that takes seconds; its accuracy means little. */
export function tinyRun(data: string, out: string): string[] {
  return ['run', '--data', data, '--target', 'mps2-an386', '--preset', 'smoke', '--out', out];
}
