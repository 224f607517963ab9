import type { TrainingGraph } from '../../training/graph.js';
import type { CostResult, CostState, CostTerm } from '../costs.js';
import type { GraphCosts } from './board-costs.js';
import { expectedInstructions } from './expected-instructions.js';
import { expectedFlash, expectedRam } from './expected-memory.js';
import { RESOURCES, type Limits, type Resource } from './limits.js';

/** Short names for progress, history and messages. */
export const RESOURCE_NAMES: Readonly<Record<Resource, string>> = {
  flashBytes: 'flash',
  ramBytes: 'ram',
  latencySeconds: 'latency',
  energyJoules: 'energy',
};

/** The expectation of a cost in its own unit, for each resource. */
function expectationOf(
  resource: Resource,
  graph: TrainingGraph,
  costs: GraphCosts,
): (state: CostState) => CostResult {
  switch (resource) {
    case 'flashBytes':
      return (state) => expectedFlash(graph, costs, state);
    case 'ramBytes':
      return (state) => expectedRam(graph, costs, state);
    case 'latencySeconds':
      return (state) => scaled(expectedInstructions(graph, costs, state), costs.secondsPerInstruction);
    case 'energyJoules': {
      const { secondsPerInstruction, joulesPerSecond, energy } = costs;
      if (energy !== undefined) {
        const inJoules = { ...costs, ...energy };
        return (state) => scaled(expectedInstructions(graph, inJoules, state), energy.joulesPerUnit);
      }
      return (state) =>
        scaled(expectedInstructions(graph, costs, state), secondsPerInstruction * joulesPerSecond);
    }
  }
}

function scaled(result: CostResult, factor: number): CostResult {
  const times = (values: Float32Array): Float32Array => values.map((value) => factor * value);
  const { gates, bits, keep } = result.mixGradient;
  return {
    value: factor * result.value,
    mixGradient: { gates: times(gates), bits: bits.map(times), keep: keep.map(times) },
    ratesGradient: times(result.ratesGradient),
    probabilityGradient: result.probabilityGradient.map((value) => factor * value),
  };
}

/** One cost term for each limit, as a fraction of the limit: above 1 it is violated. */
export function constraintTerms(
  graph: TrainingGraph,
  costs: GraphCosts,
  limits: Limits,
): readonly CostTerm[] {
  return RESOURCES.flatMap((resource) => {
    const limit = limits[resource];
    if (limit === undefined) return [];
    const expected = expectationOf(resource, graph, costs);
    return [
      {
        name: RESOURCE_NAMES[resource],
        reference: limit,
        evaluate: (state) => scaled(expected(state), 1 / limit),
      },
    ];
  });
}
