import type { Random } from '../core/random.js';
import type { Mix, TensorMap } from '../training/engine.js';
import { OPERATIONS } from './layout.js';
import { softmax, softmaxGradient } from './softmax.js';
import type { SupernetSpec } from './space.js';

/** Incoming (edge, operation) pairs that each node keeps when the search is decoded. */
export const PAIRS_PER_NODE = 2;

/** Spread of the first alpha: small beside what learning moves, so that no pair starts with an advantage. */
const FIRST_ALPHA = 1e-3;

/**
 * Learned choices of a search. Parameters: `alpha` `[row][operation]`, shared by all cells; `beta` `[cell][bits]` and
 * `kappa` `[cell][keep]` where these are searched; `psi` `[T_max]`.
 *
 * The gates of a node are `2 * softmax` over all its (edge, operation) pairs together: two pairs are kept in the end,
 * so gates sum to two before decoding as after it, and each is about the probability that its pair is kept.
 */
export class Architecture {
  readonly parameters: TensorMap;

  /** @param fixedTimesteps every timestep is always run: psi is not searched */
  constructor(
    private readonly supernet: SupernetSpec,
    random: Random,
    private readonly fixedTimesteps = false,
  ) {
    const { graph } = supernet;
    const alpha = Float32Array.from({ length: graph.gates }, () => FIRST_ALPHA * random.gaussian());
    this.parameters = new Map([
      ['alpha', alpha],
      ['beta', new Float32Array(sum(graph.bitGroups))],
      ['kappa', new Float32Array(sum(graph.keepGroups))],
      ['psi', new Float32Array(graph.timesteps)],
    ]);
  }

  /** Replaces alpha by a draw that strongly prefers two random pairs a node (the ablation "random architecture"). */
  drawRandomAlpha(random: Random): void {
    const alpha = this.get('alpha');
    for (let i = 0; i < alpha.length; i++) alpha[i] = 3 * random.gaussian();
  }

  /** Weights of all choices as the engine wants them. */
  mix(): Mix {
    const alpha = this.get('alpha');
    const gates = new Float32Array(alpha.length);
    for (const [start, end] of this.nodeRanges()) {
      gates.set(softmax(alpha.subarray(start, end), PAIRS_PER_NODE), start);
    }
    const { bitGroups, keepGroups } = this.supernet.graph;
    return {
      gates,
      bits: rowsOf(this.get('beta'), bitGroups).map((row) => softmax(row)),
      keep: rowsOf(this.get('kappa'), keepGroups).map((row) => softmax(row)),
    };
  }

  /** softmax(psi), or uniform; certainty of the last where timesteps are fixed. */
  probability(uniform: boolean): Float32Array {
    const psi = this.get('psi');
    if (this.fixedTimesteps) return psi.map((_, t) => (t === psi.length - 1 ? 1 : 0));
    return uniform ? new Float32Array(psi.length).fill(1 / psi.length) : softmax(psi);
  }

  /**
   * Gradients of the parameters from those of the mix and of the probabilities.
   * @param probability what {@link probability} gave for this step; `psiFrozen` while it was uniform by order
   */
  gradients(
    mix: Mix,
    mixGradient: Mix,
    probability: Float32Array,
    probabilityGradient: Float32Array,
    psiFrozen: boolean,
  ): TensorMap {
    const alpha = new Float32Array(mix.gates.length);
    for (const [start, end] of this.nodeRanges()) {
      const gates = mix.gates.subarray(start, end);
      alpha.set(softmaxGradient(gates, mixGradient.gates.subarray(start, end), PAIRS_PER_NODE), start);
    }
    return new Map([
      ['alpha', alpha],
      ['beta', concatenated(mix.bits.map((row, i) => softmaxGradient(row, mixGradient.bits[i])))],
      ['kappa', concatenated(mix.keep.map((row, i) => softmaxGradient(row, mixGradient.keep[i])))],
      [
        'psi',
        psiFrozen ? new Float32Array(probability.length) : softmaxGradient(probability, probabilityGradient),
      ],
    ]);
  }

  /** Range of gates of each node. */
  private nodeRanges(): (readonly [start: number, end: number])[] {
    const { rows, plan } = this.supernet;
    return Array.from({ length: plan.layout.nodes }, (_, node) => {
      const first = rows.findIndex((row) => row.node === node);
      const count = rows.filter((row) => row.node === node).length;
      return [first * OPERATIONS.length, (first + count) * OPERATIONS.length];
    });
  }

  private get(name: string): Float32Array {
    return this.parameters.get(name)!;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rowsOf(values: Float32Array, lengths: readonly number[]): Float32Array[] {
  let start = 0;
  return lengths.map((length) => values.subarray(start, (start += length)));
}

function concatenated(rows: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(sum(rows.map((row) => row.length)));
  let start = 0;
  for (const row of rows) {
    result.set(row, start);
    start += row.length;
  }
  return result;
}
