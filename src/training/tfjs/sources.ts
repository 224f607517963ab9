import * as tf from '@tensorflow/tfjs-core';
import type { SourceSpec } from '../graph.js';
import { transposeForFilter } from './convolution.js';
import { accumulate, splitChannels, type Maps } from './operations.js';
import { poolBackward, poolForward } from './pooling.js';

/** What edges read in one pass: concatenated, pooled, and turned for the filter gradient only once for all of them. */
export class Source {
  private turned: Maps | undefined;
  private gradient: Maps | undefined;

  private constructor(
    readonly spec: SourceSpec,
    private readonly unpooled: Maps,
    readonly maps: Maps,
    private readonly channels: readonly number[],
  ) {}

  /** `parts`: the input, or the spikes of the populations in the spec's order. */
  static of(spec: SourceSpec, parts: readonly Maps[]): Source {
    const unpooled = parts.length === 1 ? parts[0] : tf.concat([...parts], 3);
    const maps = spec.pooling === undefined ? unpooled : poolForward(unpooled, spec.pooling);
    const channels = parts.map((part) => part.shape[3]);
    return new Source(spec, unpooled, maps, channels);
  }

  get transposed(): Maps {
    this.turned ??= transposeForFilter(this.maps);
    return this.turned;
  }

  /** Takes the tensor over. */
  addGradient(gradient: Maps): void {
    this.gradient = accumulate(this.gradient, gradient);
  }

  /** Gradient of each part, once no edge adds to it any more; undefined where no edge did. */
  partGradients(): Maps[] | undefined {
    const { gradient } = this;
    if (gradient === undefined) return undefined;
    const { pooling } = this.spec;
    const whole = pooling === undefined ? gradient : poolBackward(gradient, this.unpooled, pooling);
    return this.channels.length === 1 ? [whole] : splitChannels(whole, this.channels);
  }
}

/** The sources of one pass; edges with the same specification share one. */
export class Sources {
  private readonly known = new Map<string, Source>();

  find(spec: SourceSpec, partOf: (population: number) => Maps): Source {
    const key = JSON.stringify([spec.populations, spec.pooling]);
    const source = this.known.get(key) ?? Source.of(spec, spec.populations.map(partOf));
    this.known.set(key, source);
    return source;
  }

  /** Those whose last reader has been passed backwards once `population` is reached: it is their latest part. */
  completedAt(population: number): Source[] {
    return [...this.known.values()].filter((source) => Math.max(...source.spec.populations) === population);
  }
}
