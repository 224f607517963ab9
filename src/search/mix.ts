import type { Mix } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';

/** A mix of zeros with the lengths of the graph: a gradient to add to. */
export function emptyMix(graph: TrainingGraph): Mix {
  return {
    gates: new Float32Array(graph.gates),
    bits: graph.bitGroups.map((choices) => new Float32Array(choices)),
    keep: graph.keepGroups.map((choices) => new Float32Array(choices)),
  };
}

function addArray(target: Float32Array, source: Float32Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

/** `target += factor * source`, in place. */
export function addMix(target: Mix, source: Mix, factor: number): void {
  addArray(target.gates, source.gates, factor);
  target.bits.forEach((row, i) => {
    addArray(row, source.bits[i], factor);
  });
  target.keep.forEach((row, i) => {
    addArray(row, source.keep[i], factor);
  });
}
