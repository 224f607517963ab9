import type { ParameterName, TrainingGraph } from '../graph.js';
import { isRunningStatistic, parameterShapes } from '../initial.js';
import type { Arena } from './arena.js';

export interface PlannedTensor {
  readonly address: number;
  readonly length: number;
}

/** Addresses of all parameters and gradients. */
export class PlannedTensors {
  private constructor(
    readonly parameters: ReadonlyMap<ParameterName, PlannedTensor>,
    readonly gradients: ReadonlyMap<ParameterName, PlannedTensor>,
  ) {}

  static plan(arena: Arena, graph: TrainingGraph): PlannedTensors {
    const parameters = new Map<ParameterName, PlannedTensor>();
    const gradients = new Map<ParameterName, PlannedTensor>();
    for (const [name, shape] of parameterShapes(graph)) {
      const length = shape.reduce((product, extent) => product * extent, 1);
      parameters.set(name, { address: arena.float32(length), length });
      if (!isRunningStatistic(name)) gradients.set(name, { address: arena.float32(length), length });
    }
    return new PlannedTensors(parameters, gradients);
  }

  /** The graph promises that it exists. */
  parameter(name: ParameterName): PlannedTensor {
    return this.parameters.get(name)!;
  }

  gradient(name: ParameterName): PlannedTensor {
    return this.gradients.get(name)!;
  }
}
