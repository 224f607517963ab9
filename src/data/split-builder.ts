import { elementsOf, type Shape } from '../core/geometry.js';
import type { Split } from './dataset.js';

/** Collects the samples of one split; grows, because a recording may give any number of windows. */
export class SplitBuilder {
  private readonly size: number;
  private inputs: Int8Array;
  private readonly labels: number[] = [];
  private readonly groups: number[] = [];

  constructor(shape: Shape, expected: number) {
    this.size = elementsOf(shape);
    this.inputs = new Int8Array(Math.max(1, expected) * this.size);
  }

  /** Adds a sample and hands out the place for its values; valid until the next call. */
  add(label: number, group: number): Int8Array {
    const start = this.labels.length * this.size;
    if (start + this.size > this.inputs.length) {
      const larger = new Int8Array(2 * this.inputs.length);
      larger.set(this.inputs);
      this.inputs = larger;
    }
    this.labels.push(label);
    this.groups.push(group);
    return this.inputs.subarray(start, start + this.size);
  }

  finish(): Split {
    const count = this.labels.length;
    return {
      count,
      inputs: this.inputs.slice(0, count * this.size),
      labels: Uint16Array.from(this.labels),
      groups: Int32Array.from(this.groups),
    };
  }
}
