import type { Inference, Interpreter } from './interpreter.js';
import type { IntegerModel } from './types.js';

/**
 * When an inference ends before all timesteps: after the first `timesteps` of them, where the largest of the logits so far
 * leads the second largest by at least `margin`.
 */
export interface EarlyExit {
  /** 1 .. the model's timesteps - 1. */
  readonly timesteps: number;
  /** Above 0, below 2^32. */
  readonly margin: number;
}

/** By how much the largest of two or more logits leads the second largest; 0 on a tie. */
export function marginOf(logits: Int32Array): number {
  let [best, second] = [-Infinity, -Infinity];
  for (const logit of logits) {
    if (logit > best) [best, second] = [logit, best];
    else if (logit > second) second = logit;
  }
  return best - second;
}

/** The reference of an inference with early exit: bit for bit what generated code answers. */
export function inferWithExit(
  interpreter: Interpreter,
  input: Int8Array,
  exit: EarlyExit | undefined,
): Inference {
  if (exit === undefined) return interpreter.run(input);
  const early = interpreter.run(input, { timesteps: exit.timesteps });
  return marginOf(early.logits) >= exit.margin ? early : interpreter.run(input);
}

/** What is computed up to the exit, as a network of its own. */
export function earlyPart(model: IntegerModel, { timesteps }: Pick<EarlyExit, 'timesteps'>): IntegerModel {
  return { ...model, timesteps };
}
