import { Random } from '../../core/random.js';

const TABLE = 1 << 16;

/** Normal noise, fast enough for a million samples a second: a table, read from random places on. */
export class Noise {
  private readonly table: Float64Array;
  private readonly random: Random;
  private at = 0;
  private left = 0;

  constructor(seed: number) {
    this.random = Random.fromSeed(seed);
    this.table = Float64Array.from({ length: TABLE }, () => this.random.gaussian());
  }

  next(): number {
    if (this.left === 0) {
      this.at = this.random.integer(0, TABLE - 1);
      this.left = 1024;
    }
    this.left -= 1;
    this.at = (this.at + 1) % TABLE;
    return this.table[this.at];
  }
}
