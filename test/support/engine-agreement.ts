import { expect } from 'chai';
import type { TrainingEngine } from '../../src/training/engine.js';
import type { TrainingGraph } from '../../src/training/graph.js';
import { runPlain } from './plain-network.js';
import type { Numbers } from './plain-weights.js';
import { engineObjective, randomCase, randomObjective } from './training-cases.js';

/** Membranes this near to a decision could be decided differently by rounding; such a case says nothing. */
const LEAST_MARGIN = 2e-6;

/** Relative to the largest value of the tensor; `floor` for tensors that are zero but for rounding. */
export function expectClose(
  what: string,
  actual: Numbers,
  expected: Numbers,
  tolerance = 1e-4,
  floor = 1e-3,
): void {
  expect(actual.length, `${what}: length`).to.equal(expected.length);
  const scale = Math.max(floor, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]) / scale;
    expect(error, `${what}[${i}]: ${actual[i]}, plain ${expected[i]}`).to.be.at.most(tolerance);
  }
}

/** A random case of the graph whose decisions rounding cannot turn; `seed` is where the search starts. */
function robustCase(graph: TrainingGraph, batch: number, seed: number) {
  for (let attempt = seed; attempt < seed + 50; attempt++) {
    const trial = randomCase(graph, batch, attempt);
    const objective = randomObjective(graph, batch, attempt);
    const { parameters, inputs, mix } = trial;
    const plain = runPlain(graph, parameters, inputs, mix, objective);
    const evaluated = runPlain(graph, parameters, inputs, mix, objective, { evaluate: true });
    if (Math.min(plain.margin, evaluated.margin) > LEAST_MARGIN)
      return { ...trial, objective, plain, evaluated };
  }
  throw new Error('every random case has a membrane too near to its threshold');
}

/** Outputs, loss, every gradient, running statistics and evaluation of an engine equal those of the plain network. */
export async function expectAgreement(
  engine: TrainingEngine,
  graph: TrainingGraph,
  batch: number,
  seed: number,
) {
  const { parameters, inputs, mix, objective, plain, evaluated } = robustCase(graph, batch, seed);
  const session = await engine.compile(graph, batch, parameters);
  try {
    const outputs = await session.evaluate(inputs, mix);
    expectClose('evaluated logits', outputs.logits, evaluated.logits);
    expectClose('evaluated rates', outputs.rates, evaluated.rates);

    const result = await session.step(inputs, mix, engineObjective(objective));
    expectClose('rates', result.rates, plain.rates);
    expectClose('logits', result.logits, plain.logits);
    expectClose('loss', [result.loss], [plain.loss]);
    expect([...session.gradients.keys()].sort()).to.deep.equal([...plain.gradients.keys()].sort());
    for (const [name, gradient] of plain.gradients)
      expect(
        gradient.some((g) => g !== 0),
        `${name} is tested`,
      ).to.be.true;
    for (const [name, gradient] of plain.gradients) expectClose(name, session.gradients.get(name)!, gradient);
    expectClose('gates', result.mixGradient.gates, plain.mixGradient.gates);
    plain.mixGradient.bits.forEach((row, i) => {
      expectClose(`bits ${i}`, result.mixGradient.bits[i], row);
    });
    plain.mixGradient.keep.forEach((row, i) => {
      expectClose(`keep ${i}`, result.mixGradient.keep[i], row);
    });
    for (const [name, batchValue] of plain.statistics) {
      const before = parameters.get(name)!;
      const moved = batchValue.map((value, i) => before[i] + 0.1 * (value - before[i]));
      expectClose(name, session.parameters.get(name)!, moved);
    }
  } finally {
    session.dispose();
  }
}
