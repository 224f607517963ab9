import type { ParameterName, TrainingGraph } from './graph.js';

export type TensorMap = Map<ParameterName, Float32Array>;

/** Weights of the choices, already softmaxed by the search; lengths as the graph says. */
export interface Mix {
  /** `[graph.gates]`. */
  readonly gates: Float32Array;
  /** One row a bits group, `[choices]`. */
  readonly bits: readonly Float32Array[];
  /** One row a keep group, `[choices]`. */
  readonly keep: readonly Float32Array[];
}

export interface Outputs {
  /** `[timestep][sample][class]`, each timestep's own logits (not yet summed). */
  readonly logits: Float32Array;
  /** `[population][timestep]`, spikes per neuron and sample. */
  readonly rates: Float32Array;
}

/** What an objective hands back: the loss and its gradient with respect to both outputs. */
export interface ObjectiveResult {
  readonly loss: number;
  readonly logitsGradient: Float32Array;
  readonly ratesGradient: Float32Array;
}

export type Objective = (outputs: Outputs) => ObjectiveResult;

export interface StepResult extends Outputs {
  readonly loss: number;
  /** Gradient of the loss with respect to the mix, same lengths. */
  readonly mixGradient: Mix;
}

/**
 * A graph compiled for a batch size. `parameters` and `gradients` are keyed by the names in graph.ts; values may be changed between
 * steps (that is how optimizers and checkpoints work). Gradients exist for everything but running statistics.
 */
export interface TrainingSession {
  readonly batch: number;
  readonly parameters: TensorMap;
  readonly gradients: TensorMap;
  /**
   * Forward and backward over one batch `[batch][height][width][channels]` (int8, divided by 128 inside), batch statistics in
   * normalization, running statistics moved by `momentum` (default 0.1).
   */
  step(inputs: Int8Array, mix: Mix, objective: Objective): Promise<StepResult>;
  /** Forward with running statistics; `inputs` holds exactly one batch. */
  evaluate(inputs: Int8Array, mix: Mix): Promise<Outputs>;
  dispose(): void;
}

export interface TrainingEngine {
  readonly name: string;
  /** What really computes, for reports: backend, threads, SIMD. */
  readonly description: string;
  /** `parameters` are initial values (see `initialParameters`); the session works on its own copy. */
  compile(graph: TrainingGraph, batch: number, parameters: TensorMap): Promise<TrainingSession>;
}
