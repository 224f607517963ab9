import type { TrainingGraph } from '../../training/graph.js';
import type { CostResult, CostState } from '../costs.js';
import { addExpectationGradient, expectation } from '../inventory.js';
import { emptyMix } from '../mix.js';
import type { BufferCosts, GraphCosts, OverTimesteps } from './board-costs.js';

/** Of a cost that is linear in the number of timesteps. */
export function atTimesteps({ one, all }: OverTimesteps<number>, steps: number, most: number): number {
  return most === 1 ? one : one + ((all - one) * (steps - 1)) / (most - 1);
}

/** Index of the choice's row of `choices`: the cost of a choice by its position. */
function weighed(choices: readonly number[], costs: readonly number[]): (choice: number) => number {
  return (choice) => costs[choices.indexOf(choice)];
}

/** Expected bytes of flash: fixed parts, and weights and tables of each edge times its gate. */
export function expectedFlash(graph: TrainingGraph, costs: GraphCosts, state: CostState): CostResult {
  const { rates, probability } = state;
  const gradient = emptyMix(graph);
  const fixed = costs.fixed.flashBytes + costs.head.flashBytes;
  const tables = costs.populations.reduce((sum, { flashBytes }) => sum + flashBytes, 0);
  const total = fixed + tables + addEdges(graph, costs, 'flashBytes', state, gradient);
  return {
    value: total,
    mixGradient: gradient,
    ratesGradient: new Float32Array(rates.length),
    probabilityGradient: new Float64Array(probability.length).fill(total),
  };
}

/** Expected bytes of all edges' weights, each times its gate; adds their gradient. */
function addEdges(
  graph: TrainingGraph,
  costs: GraphCosts,
  memory: 'flashBytes' | 'ramBytes',
  state: CostState,
  gradient: CostResult['mixGradient'],
): number {
  const { mix } = state;
  let total = 0;
  graph.populations.forEach((population, p) => {
    population.edges.forEach((edge, e) => {
      const presence = edge.gate === undefined ? 1 : mix.gates[edge.gate];
      const table = costs.populations[p].edges[e];
      const bytes = table.map((row) => row.map((choice) => choice[memory]));
      const bytesOfEdge = addChoices(
        edge.kind === 'conv' ? edge.weight : undefined,
        bytes,
        presence,
        state,
        gradient,
      );
      total += presence * bytesOfEdge;
      if (edge.gate !== undefined) gradient.gates[edge.gate] += bytesOfEdge;
    });
  });
  return total;
}

/**
 * Expectation of `values[bits choice][keep choice]` over the rows of the mix; adds its gradient times `factor`. An edge without
 * weights has a table of one value.
 */
export function addChoices(
  weight: { bits: Parameters<typeof expectation>[0]; keep: Parameters<typeof expectation>[0] } | undefined,
  values: readonly (readonly number[])[],
  factor: number,
  { mix }: CostState,
  gradient: CostResult['mixGradient'],
): number {
  if (weight === undefined) return values[0][0];
  const { bits, keep } = weight;
  const byBits = values.map((row) => expectation(keep, mix.keep, weighed(keep.choices, row)));
  const byKeep = keep.choices.map((_, j) =>
    expectation(
      bits,
      mix.bits,
      weighed(
        bits.choices,
        values.map((row) => row[j]),
      ),
    ),
  );
  addExpectationGradient(bits, gradient.bits, factor, weighed(bits.choices, byBits));
  addExpectationGradient(keep, gradient.keep, factor, weighed(keep.choices, byKeep));
  return expectation(bits, mix.bits, weighed(bits.choices, byBits));
}

/** A chance that at least one of several gates is there, and its derivative by each of them. */
interface Chance {
  readonly value: number;
  readonly slopes: readonly (readonly [gate: number, slope: number])[];
}

const CERTAIN: Chance = { value: 1, slopes: [] };

/** Gates of a node sum to two, so each is about the probability that its pair is kept; never more than certain. */
function anyOf(gates: readonly (number | undefined)[], values: Float32Array): Chance {
  if (gates.includes(undefined)) return CERTAIN;
  const known = gates as readonly number[];
  const absent = known.map((gate) => Math.max(0, 1 - values[gate]));
  return {
    value: 1 - absent.reduce((product, chance) => product * chance, 1),
    slopes: known.map((gate, i) => [
      gate,
      values[gate] >= 1
        ? 0
        : absent.reduce((product, chance, j) => (j === i ? product : product * chance), 1),
    ]),
  };
}

/** Chance that a buffer is in use at a step. */
function inUse(graph: TrainingGraph, buffer: BufferCosts, step: number, gates: Float32Array): Chance {
  if (step < buffer.firstStep || step > buffer.lastStep) return { value: 0, slopes: [] };
  if (buffer.role === 'pooled') {
    const edges = graph.populations[buffer.firstStep].edges.filter(
      (edge) => edge.source.pooling !== undefined,
    );
    return edges.length === 0
      ? CERTAIN
      : anyOf(
          edges.map((edge) => edge.gate),
          gates,
        );
  }
  const population = buffer.firstStep;
  if (buffer.role !== 'spikes' || step === population || graph.head.populations.includes(population))
    return CERTAIN;
  const readers = graph.populations.flatMap(({ edges }, reader) =>
    reader < step ? [] : edges.filter((edge) => edge.source.populations.includes(population)),
  );
  return anyOf(
    readers.map((edge) => edge.gate),
    gates,
  );
}

/** Expected bytes of RAM: fixed parts, unpacked weights, and the largest sum over the steps of what is probably in use. */
export function expectedRam(graph: TrainingGraph, costs: GraphCosts, state: CostState): CostResult {
  const { mix, rates, probability } = state;
  const gradient = emptyMix(graph);
  const weights = costs.head.ramBytes + addEdges(graph, costs, 'ramBytes', state, gradient);
  const steps = Array.from({ length: graph.populations.length + 1 }, (_, step) =>
    costs.buffers
      .map((buffer) => ({ buffer, chance: inUse(graph, buffer, step, mix.gates) }))
      .filter(({ chance }) => chance.value > 0),
  );
  const peaks = Float64Array.from(probability, (weight, t) => {
    const sums = steps.map((used) =>
      used.reduce((sum, { buffer, chance }) => sum + chance.value * bytesAt(buffer, t), 0),
    );
    const peak = Math.max(...sums);
    for (const { buffer, chance } of steps[sums.indexOf(peak)]) {
      for (const [gate, slope] of chance.slopes) gradient.gates[gate] += weight * slope * bytesAt(buffer, t);
    }
    return costs.fixed.ramBytes + weights + peak;
  });
  return {
    value: peaks.reduce((sum, peak, t) => sum + probability[t] * peak, 0),
    mixGradient: gradient,
    ratesGradient: new Float32Array(rates.length),
    probabilityGradient: peaks,
  };

  function bytesAt(buffer: BufferCosts, t: number): number {
    return atTimesteps(buffer.bytes, t + 1, graph.timesteps);
  }
}
