import { setImmediate } from 'node:timers/promises';
import { elementsOf } from '../../core/geometry.js';
import type { Mix, Objective, Outputs, StepResult, TensorMap, TrainingSession } from '../engine.js';
import type { TrainingGraph } from '../graph.js';
import { isRunningStatistic } from '../initial.js';
import { copyTensors, selectTensors } from '../optimizers.js';
import { backpropagate } from './backward.js';
import { inferForward, trainForward } from './forward.js';
import { keepingNothing } from './operations.js';

const STATISTICS_MOMENTUM = 0.1;

function zerosLike(tensors: TensorMap): TensorMap {
  return new Map([...tensors].map(([name, values]) => [name, new Float32Array(values.length)]));
}

function zeroMix(graph: TrainingGraph): Mix {
  return {
    gates: new Float32Array(graph.gates),
    bits: graph.bitGroups.map((choices) => new Float32Array(choices)),
    keep: graph.keepGroups.map((choices) => new Float32Array(choices)),
  };
}

function requireLengths(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new RangeError(`${what} has ${actual} values instead of ${expected}`);
}

/** Parameters are plain arrays between steps, so that optimizers and checkpoints need not know TensorFlow.js. */
export class TfjsSession implements TrainingSession {
  readonly parameters: TensorMap;
  readonly gradients: TensorMap;

  constructor(
    private readonly graph: TrainingGraph,
    readonly batch: number,
    parameters: TensorMap,
  ) {
    this.parameters = copyTensors(parameters);
    this.gradients = zerosLike(selectTensors(parameters, (name) => !isRunningStatistic(name)));
  }

  async step(inputs: Int8Array, mix: Mix, objective: Objective): Promise<StepResult> {
    this.check(inputs, mix);
    await yieldToEvents();
    return keepingNothing(() => {
      const pass = trainForward(this.graph, this.parameters, inputs, mix);
      const result = objective(pass.outputs);
      requireLengths('gradient of the logits', result.logitsGradient.length, pass.outputs.logits.length);
      requireLengths('gradient of the rates', result.ratesGradient.length, pass.outputs.rates.length);
      const mixGradient = zeroMix(this.graph);
      backpropagate(this.graph, pass, result, { gradients: this.gradients, mix: mixGradient });
      for (const { edges } of pass.populations)
        for (const edge of edges) edge.updateStatistics(STATISTICS_MOMENTUM);
      return { ...pass.outputs, loss: result.loss, mixGradient };
    });
  }

  async evaluate(inputs: Int8Array, mix: Mix): Promise<Outputs> {
    this.check(inputs, mix);
    await yieldToEvents();
    return keepingNothing(() => inferForward(this.graph, this.parameters, inputs, mix).outputs);
  }

  dispose(): void {
    // No tensor outlives a step.
  }

  private check(inputs: Int8Array, mix: Mix): void {
    requireLengths('the batch', inputs.length, this.batch * elementsOf(this.graph.input));
    requireLengths('the mix of gates', mix.gates.length, this.graph.gates);
    this.graph.bitGroups.forEach((choices, row) => {
      requireLengths(`the mix of bits group ${row}`, mix.bits[row]?.length ?? 0, choices);
    });
    this.graph.keepGroups.forEach((choices, row) => {
      requireLengths(`the mix of keep group ${row}`, mix.keep[row]?.length ?? 0, choices);
    });
  }
}

/** A step blocks the thread; signals, timers and progress get their turn before it. */
function yieldToEvents(): Promise<void> {
  return setImmediate();
}
