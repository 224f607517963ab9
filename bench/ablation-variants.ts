import type { Ablation } from '../src/search/search.js';

/** One part of the method switched off, all else as in the full method. */
export interface Variant {
  readonly name: string;
  readonly ablate: Ablation;
}

export const FULL = 'full';

/** The full method first; the others are compared with it. */
export const VARIANTS: readonly Variant[] = [
  { name: FULL, ablate: {} },
  { name: 'random architecture', ablate: { architecture: 'random' } },
  { name: '1 bit everywhere', ablate: { bits: 1 } },
  { name: '1 timestep', ablate: { timesteps: 1 } },
  { name: 'nothing pruned', ablate: { keep: 1 } },
];

/** Not a variant of the method: what the same pipeline gives for weights that never learned. */
export const UNTRAINED = 'untrained';
