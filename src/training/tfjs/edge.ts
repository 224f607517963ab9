import type { Mix, TensorMap } from '../engine.js';
import { edgeParameter, type EdgeSpec } from '../graph.js';
import type { Maps } from './operations.js';
import type { Source } from './sources.js';

/** Where an edge is, and what it computes with in one pass. */
export interface EdgeContext {
  readonly population: number;
  readonly edge: number;
  readonly outputs: number;
  readonly parameters: TensorMap;
  readonly mix: Mix;
}

/** Where gradients go: `gradients` are written, `mix` is added to. */
export interface GradientTarget {
  readonly gradients: TensorMap;
  readonly mix: Mix;
}

/** Current of an edge, gated: `current + bias[channel]`. */
export interface EdgeCurrent {
  readonly source: Source;
  readonly current: Maps;
  readonly bias: Float32Array;
}

/** An edge after its forward pass with batch statistics. */
export interface EdgePass extends EdgeCurrent {
  /** `sums[channel]`: of `currentGradient`, which is the same for all edges of a population. */
  backward(currentGradient: Maps, sums: Float32Array, target: GradientTarget): void;
  /** Moves running statistics towards those of this batch. */
  updateStatistics(momentum: number): void;
}

export function ownTensor(tensors: TensorMap, context: EdgeContext, name: string): Float32Array {
  return tensors.get(edgeParameter(context.population, context.edge, name))!;
}

export function gateOf(spec: EdgeSpec, mix: Mix): number {
  return spec.gate === undefined ? 1 : mix.gates[spec.gate];
}

export function addGateGradient(spec: EdgeSpec, target: GradientTarget, gradient: number): void {
  if (spec.gate !== undefined) target.mix.gates[spec.gate] += gradient;
}
