import type { TensorMap } from '../../../src/training/engine.js';

const LEARNING_RATE = 0.05;

/** One step of gradient descent, in place. */
export function descend(parameters: TensorMap, gradients: TensorMap): void {
  for (const [name, gradient] of gradients) {
    const values = parameters.get(name)!;
    for (let i = 0; i < values.length; i++) values[i] -= LEARNING_RATE * gradient[i];
  }
}
