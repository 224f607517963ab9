import type { TrainingGraph } from '../../training/graph.js';
import type { CostResult, CostState } from '../costs.js';
import { emptyMix } from '../mix.js';
import { RATE_KNOTS, type GraphCosts, type OverTimesteps, type RateCurve } from './board-costs.js';
import { addChoices, atTimesteps } from './expected-memory.js';

interface Point {
  readonly value: number;
  readonly slope: number;
}

/** Value and slope of a curve, linear between its knots and beyond them. */
function onCurve(curve: RateCurve, rate: number): Point {
  const after = RATE_KNOTS.findIndex((knot) => knot > rate);
  const right = after < 0 ? RATE_KNOTS.length - 1 : Math.max(1, after);
  const slope = (curve[right] - curve[right - 1]) / (RATE_KNOTS[right] - RATE_KNOTS[right - 1]);
  return { value: curve[right - 1] + slope * (rate - RATE_KNOTS[right - 1]), slope };
}

function pointAt(curves: OverTimesteps<RateCurve>, rate: number, steps: number, most: number): Point {
  const one = onCurve(curves.one, rate);
  const all = onCurve(curves.all, rate);
  return {
    value: atTimesteps({ one: one.value, all: all.value }, steps, most),
    slope: atTimesteps({ one: one.slope, all: all.slope }, steps, most),
  };
}

/**
 * Expected instructions of an inference: for each number of timesteps, those of neurons, edges (times their gates) and
 * head at the mean firing rates of the timesteps run; the kernels' own costs are in the tables.
 */
export function expectedInstructions(graph: TrainingGraph, costs: GraphCosts, state: CostState): CostResult {
  const { mix, rates, probability } = state;
  const most = graph.timesteps;
  const gradient = emptyMix(graph);
  const ratesGradient = new Float32Array(rates.length);
  const byTimesteps = Float64Array.from(probability, (weight, t) => {
    const steps = t + 1;
    let total = 0;
    graph.populations.forEach(({ edges }, p) => {
      const { instructions, edges: tables } = costs.populations[p];
      total += atTimesteps(instructions, steps, most);
      edges.forEach((edge, e) => {
        const presence = edge.gate === undefined ? 1 : mix.gates[edge.gate];
        const spec = edge.kind === 'conv' ? edge.weight : undefined;
        const sources = edge.source.populations.filter((source) => source >= 0);
        const rate = meanRate(sources, steps);
        const points = tables[e].map((row) =>
          row.map((choice) => pointAt(choice.instructions, rate, steps, most)),
        );
        const values = points.map((row) => row.map(({ value }) => value));
        const count = addChoices(spec, values, weight * presence, state, gradient);
        const slopes = points.map((row) => row.map(({ slope }) => slope));
        addRates(sources, steps, weight * presence * addChoices(spec, slopes, 0, state, gradient));
        total += presence * count;
        if (edge.gate !== undefined) gradient.gates[edge.gate] += weight * count;
      });
    });
    const { populations } = graph.head;
    const head = pointAt(costs.head.instructions, meanRate(populations, steps), steps, most);
    addRates(populations, steps, weight * head.slope);
    return total + head.value;
  });
  return {
    value: byTimesteps.reduce((sum, count, t) => sum + probability[t] * count, 0),
    mixGradient: gradient,
    ratesGradient,
    probabilityGradient: byTimesteps,
  };

  function meanRate(populations: readonly number[], steps: number): number {
    let sum = 0;
    for (const p of populations) for (let t = 0; t < steps; t++) sum += rates[p * most + t];
    return populations.length === 0 ? 0 : sum / (populations.length * steps);
  }

  function addRates(populations: readonly number[], steps: number, slope: number): void {
    for (const p of populations) {
      for (let t = 0; t < steps; t++) ratesGradient[p * most + t] += slope / (populations.length * steps);
    }
  }
}
