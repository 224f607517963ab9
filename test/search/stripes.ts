import { Random } from '../../src/core/random.js';
import type { LearningSplits, Split } from '../../src/data/dataset.js';

const SIDE = 8;
const CLASSES = ['rows', 'columns', 'falling', 'rising'];

function split(perClass: number, random: Random): Split {
  const count = CLASSES.length * perClass;
  const inputs = new Int8Array(count * SIDE * SIDE);
  const labels = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % CLASSES.length;
    const phase = random.integer(0, 3);
    const contrast = 40 + 60 * random.uniform();
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const along = [y, x, x + y, x - y + SIDE][labels[i]];
        const bright = (along + phase) % 4 < 2;
        const value = (bright ? contrast : 0) + 20 * random.gaussian();
        inputs[(i * SIDE + y) * SIDE + x] = Math.max(-128, Math.min(127, Math.round(value)));
      }
    }
  }
  return { count, inputs, labels, groups: Int32Array.from({ length: count }, (_, i) => i) };
}

/** Noisy stripes in four directions: small, but only to be told apart by their pattern, not by any pixel. */
export function stripes(perClass: number, seed = 1): LearningSplits {
  const random = Random.fromSeed(seed);
  return {
    name: 'stripes',
    classes: CLASSES,
    shape: { height: SIDE, width: SIDE, channels: 1 },
    frontEnd: { kind: 'image' },
    train: split(perClass, random),
    validation: split(20, random),
    hash: `stripes-${perClass}-${seed}`,
  };
}
