import { ExitCode, LitesnnError } from '../core/errors.js';
import type { TensorMap } from './engine.js';
import type { ParameterName } from './graph.js';

/** All that an optimizer remembers; `tensors` can be stored like parameters. */
export interface OptimizerState {
  readonly steps: number;
  readonly tensors: TensorMap;
}

export interface Optimizer {
  /**
   * Moves every parameter that has a gradient, in place. To train only some, hand over only their gradients
   * (see {@link selectTensors}).
   */
  update(parameters: TensorMap, gradients: TensorMap, learningRate: number): void;
  /** A copy, for a checkpoint. */
  state(): OptimizerState;
  restore(state: OptimizerState): void;
}

/** Weight decay is for weights; thresholds, scales and biases are not drawn to zero. */
function decays(name: ParameterName): boolean {
  return name.endsWith('.w');
}

/** Zeroed companions of the parameters, made when first asked for. */
class Slots {
  private tensors: TensorMap = new Map();

  of(kind: string, name: ParameterName, length: number): Float32Array {
    const key = `${kind}:${name}`;
    const kept = this.tensors.get(key) ?? new Float32Array(length);
    if (kept.length !== length) {
      throw new LitesnnError(
        'OPTIMIZER_MISMATCH',
        ExitCode.usage,
        `optimizer state of ${name} has another size`,
        {
          hint: 'the checkpoint belongs to another network',
        },
      );
    }
    this.tensors.set(key, kept);
    return kept;
  }

  copy(): TensorMap {
    return copyTensors(this.tensors);
  }

  replace(tensors: TensorMap): void {
    this.tensors = copyTensors(tensors);
  }
}

export function copyTensors(tensors: TensorMap): TensorMap {
  return new Map([...tensors].map(([name, values]) => [name, values.slice()]));
}

/** The same arrays, only those whose name is wanted. */
export function selectTensors(tensors: TensorMap, wanted: (name: ParameterName) => boolean): TensorMap {
  return new Map([...tensors].filter(([name]) => wanted(name)));
}

function parameterOf(parameters: TensorMap, name: ParameterName): Float32Array {
  const found = parameters.get(name);
  if (found === undefined) throw new RangeError(`gradient of an unknown parameter ${name}`);
  return found;
}

/** Stochastic gradient descent with momentum: `m = momentum * m + g + weightDecay * w; w -= rate * m`. */
export class Sgd implements Optimizer {
  private steps = 0;
  private readonly slots = new Slots();

  constructor(private readonly options: { readonly momentum: number; readonly weightDecay: number }) {}

  update(parameters: TensorMap, gradients: TensorMap, learningRate: number): void {
    this.steps++;
    for (const [name, gradient] of gradients) {
      const values = parameterOf(parameters, name);
      const velocity = this.slots.of('velocity', name, values.length);
      const decay = decays(name) ? this.options.weightDecay : 0;
      for (let i = 0; i < values.length; i++) {
        velocity[i] = this.options.momentum * velocity[i] + gradient[i] + decay * values[i];
        values[i] -= learningRate * velocity[i];
      }
    }
  }

  state(): OptimizerState {
    return { steps: this.steps, tensors: this.slots.copy() };
  }

  restore(state: OptimizerState): void {
    this.steps = state.steps;
    this.slots.replace(state.tensors);
  }
}

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Added to the gradient of weights, as in `Sgd`. */
  readonly weightDecay?: number;
}

/** Kingma and Ba 2015, with bias correction. */
export class Adam implements Optimizer {
  private steps = 0;
  private readonly slots = new Slots();
  private readonly options: Required<AdamOptions>;

  constructor(options: AdamOptions = {}) {
    this.options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
  }

  update(parameters: TensorMap, gradients: TensorMap, learningRate: number): void {
    this.steps++;
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    const firstCorrection = 1 - beta1 ** this.steps;
    const secondCorrection = 1 - beta2 ** this.steps;
    for (const [name, gradient] of gradients) {
      const values = parameterOf(parameters, name);
      const first = this.slots.of('first', name, values.length);
      const second = this.slots.of('second', name, values.length);
      const decay = decays(name) ? weightDecay : 0;
      for (let i = 0; i < values.length; i++) {
        const g = gradient[i] + decay * values[i];
        first[i] = beta1 * first[i] + (1 - beta1) * g;
        second[i] = beta2 * second[i] + (1 - beta2) * g * g;
        values[i] -=
          (learningRate * (first[i] / firstCorrection)) / (Math.sqrt(second[i] / secondCorrection) + epsilon);
      }
    }
  }

  state(): OptimizerState {
    return { steps: this.steps, tensors: this.slots.copy() };
  }

  restore(state: OptimizerState): void {
    this.steps = state.steps;
    this.slots.replace(state.tensors);
  }
}

/** Scales all gradients in place so that their common Euclidean norm is at most `limit`; returns the norm before. */
export function clipGlobalNorm(gradients: TensorMap, limit: number): number {
  let squares = 0;
  for (const gradient of gradients.values()) for (const g of gradient) squares += g * g;
  const norm = Math.sqrt(squares);
  if (norm > limit) {
    for (const gradient of gradients.values()) {
      for (let i = 0; i < gradient.length; i++) gradient[i] *= limit / norm;
    }
  }
  return norm;
}

/** Half a cosine from `highest` at step 0 to `lowest` at step `total` and after. */
export function cosineRate(step: number, total: number, highest: number, lowest: number): number {
  const done = Math.min(1, Math.max(0, step / total));
  return lowest + 0.5 * (highest - lowest) * (1 + Math.cos(Math.PI * done));
}
