import { elementsOf, type Shape } from '../core/geometry.js';
import { Random } from '../core/random.js';
import type { Split } from '../data/dataset.js';
import { subset } from '../data/splits.js';
import { augmentOf } from './augment/augment.js';
import type { Backgrounds } from './augment/background.js';
import type { Augment, AugmentSpec } from './augment/spec.js';

export interface Batch {
  /** `[batch][height][width][channels]`. */
  readonly inputs: Int8Array;
  readonly labels: Uint16Array;
}

/**
 * Seed of one purpose (order of an epoch, augmentation of a batch). Everything random in training is derived from the run's
 * seed and its position, so a resumed run needs no saved generator and still sees the same numbers.
 */
export function derivedSeed(seed: number, ...position: readonly number[]): number {
  let hash = seed | 0;
  for (const part of position) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash;
}

const ORDER = 1;
const AUGMENTATION = 2;

/** Shuffled batches of a split: the same for the same seed, stream and position, whatever was asked for before. */
export class Batches {
  private order = new Uint32Array(0);
  private orderOf = -1;
  private readonly augment: Augment | undefined;

  constructor(
    private readonly split: Split,
    private readonly shape: Shape,
    readonly batch: number,
    private readonly seed: number,
    augment?: AugmentSpec,
  ) {
    this.augment = augmentOf(augment, backgroundsIn(split, augment?.background?.label));
    if (split.count < batch) throw new RangeError(`a batch of ${batch} from ${split.count} samples`);
  }

  /** Whole batches of an epoch; samples left over come in other epochs' batches. */
  get perEpoch(): number {
    return Math.floor(this.split.count / this.batch);
  }

  /** Batch number `step` of all training: its epoch is `floor(step / perEpoch)`. */
  at(step: number): Batch {
    const { split, batch, shape } = this;
    const epoch = Math.floor(step / this.perEpoch);
    const start = (step % this.perEpoch) * batch;
    const order = this.orderOfEpoch(epoch);
    const size = elementsOf(shape);
    const inputs = new Int8Array(batch * size);
    const labels = new Uint16Array(batch);
    const random = Random.fromSeed(derivedSeed(this.seed, AUGMENTATION, step));
    for (let i = 0; i < batch; i++) {
      const sample = order[start + i];
      labels[i] = split.labels[sample];
      inputs.set(split.inputs.subarray(sample * size, (sample + 1) * size), i * size);
      this.augment?.(inputs.subarray(i * size, (i + 1) * size), shape, random);
    }
    return { inputs, labels };
  }

  private orderOfEpoch(epoch: number): Uint32Array {
    if (this.orderOf !== epoch) {
      const order = Uint32Array.from({ length: this.split.count }, (_, i) => i);
      this.order = Random.fromSeed(derivedSeed(this.seed, ORDER, epoch)).shuffle(order);
      this.orderOf = epoch;
    }
    return this.order;
  }
}

function backgroundsIn(split: Split, label: number | undefined): Backgrounds {
  const chosen = Array.from(split.labels.keys()).filter((index) => split.labels[index] === label);
  return subset(split, chosen);
}
