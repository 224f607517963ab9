import type { TrainingGraph } from '../../training/graph.js';
import { modelSizeCost } from '../costs.js';
import { NO_CHOICES } from '../evaluate.js';

/** Bits of all kept weights of a decoded network, with the entropy of their masks and the factors of identity edges. */
export function storedBitsOf(graph: TrainingGraph): number {
  const cost = modelSizeCost(graph);
  const rates = new Float32Array(graph.populations.length * graph.timesteps);
  const probability = new Float32Array(graph.timesteps);
  return cost.reference * cost.evaluate({ mix: NO_CHOICES, rates, probability }).value;
}

/** The candidate whose size is nearest to the wanted one in proportion; the first of equals. */
export function nearestInSize<T>(
  candidates: readonly T[],
  bitsOf: (candidate: T) => number,
  wantedBits: number,
): { readonly candidate: T; readonly ratio: number } {
  const ranked = candidates.map((candidate) => ({ candidate, ratio: bitsOf(candidate) / wantedBits }));
  const distance = ({ ratio }: { ratio: number }): number => Math.abs(Math.log(ratio));
  return ranked.reduce((best, next) => (distance(next) < distance(best) - 1e-12 ? next : best));
}
