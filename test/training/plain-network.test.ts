import { expect } from 'chai';
import { runPlain, type PlainResult } from '../support/plain-network.js';
import {
  EVERYTHING,
  randomCase,
  randomObjective,
  SIGNAL,
  SIMPLE,
  type TrainingCase,
} from '../support/training-cases.js';

const STEP = 1e-5;

/** The case with one number moved; everything in float64, where a difference of 1e-5 survives. */
function lossAt(trial: TrainingCase, seed: number, tensor: string, index: number, move: number): number {
  const wide = (values: ArrayLike<number>): Float64Array => Float64Array.from(values);
  const parameters = new Map([...trial.parameters].map(([name, values]) => [name, wide(values)]));
  const mix = {
    gates: wide(trial.mix.gates),
    bits: trial.mix.bits.map(wide),
    keep: trial.mix.keep.map(wide),
  };
  const [kind, row] = tensor.split(' ');
  const target =
    kind === 'gates'
      ? mix.gates
      : kind === 'bits'
        ? mix.bits[Number(row)]
        : kind === 'keep'
          ? mix.keep[Number(row)]
          : parameters.get(tensor)!;
  target[index] += move;
  const objective = randomObjective(trial.graph, trial.batch, seed);
  return runPlain(trial.graph, parameters, trial.inputs, mix, objective, { smooth: true }).loss;
}

/** Scores choose, so their straight-through gradient is no derivative of anything. */
function differentiable(result: PlainResult): (readonly [string, Float64Array])[] {
  return [
    ...[...result.gradients].filter(([name]) => !name.endsWith('score')),
    ['gates', result.mixGradient.gates] as const,
    ...result.mixGradient.bits.map((row, i) => [`bits ${i}`, row] as const),
    ...result.mixGradient.keep.map((row, i) => [`keep ${i}`, row] as const),
  ].filter(([, gradient]) => gradient.length > 0);
}

describe('the plain network that engines are checked against', () => {
  for (const [name, graph, seed] of [
    ['a simple network', SIMPLE, 1],
    ['a network with everything', EVERYTHING, 2],
    ['a signal network', SIGNAL, 3],
  ] as const) {
    it(`has the gradients that difference quotients give, for ${name} with smooth spikes`, function () {
      const trial = randomCase(graph, 2, seed);
      const objective = randomObjective(graph, 2, seed);
      const result = runPlain(graph, trial.parameters, trial.inputs, trial.mix, objective, { smooth: true });
      for (const [tensor, gradient] of differentiable(result)) {
        const scale = Math.max(1e-2, ...gradient.map(Math.abs));
        // First, last and two in between of each tensor.
        const picked = new Set([0, 0.3, 0.7, 1].map((part) => Math.round(part * (gradient.length - 1))));
        for (const index of picked) {
          const quotient =
            (lossAt(trial, seed, tensor, index, STEP) - lossAt(trial, seed, tensor, index, -STEP)) /
            (2 * STEP);
          expect(Math.abs(quotient - gradient[index]) / scale, `${tensor}[${index}]`).to.be.below(1e-3);
        }
      }
    });
  }
});
