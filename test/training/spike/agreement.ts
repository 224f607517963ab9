import { expect } from 'chai';
import type { Outputs, TrainingEngine } from '../../../src/training/engine.js';
import type { TrainingGraph } from '../../../src/training/graph.js';
import { expectClose } from '../../support/engine-agreement.js';
import { runPlain, type PlainObjective, type PlainResult } from '../../support/plain-network.js';
import {
  engineObjective,
  randomCase,
  randomObjective,
  type TrainingCase,
} from '../../support/training-cases.js';

/** Of the tensor's largest value. */
const TOLERANCE = 1e-3;

/**
 * Values that count as this large in comparing gradients: normalization makes the gradient of weights that only scale a channel
 * cancel but for its epsilon, and what is left of sums in float32 is rounding.
 */
const FLOOR = 0.05;

/** Membranes this near to a decision could be decided differently by rounding; such a case says nothing. */
const LEAST_MARGIN = 5e-6;

const MOST_ATTEMPTS = 8;

interface RobustCase extends TrainingCase {
  readonly objective: PlainObjective;
  readonly plain: PlainResult;
  readonly evaluated: PlainResult;
}

/** Channels with hardly any variance divide rounding errors by it; silent ones are exact. */
const LEAST_SPREAD = 1e-3;

function wellConditioned({ statistics }: PlainResult): boolean {
  for (const [name, means] of statistics) {
    if (!name.endsWith('.mean')) continue;
    const variances = statistics.get(name.replace(/mean$/, 'variance'))!;
    const poor = means.some((mean, c) => mean !== 0 && variances[c] < LEAST_SPREAD * Math.max(1, mean ** 2));
    if (poor) return false;
  }
  return true;
}

/** A random case of the graph whose decisions rounding cannot turn, or undefined if the graph has none. */
function robustCase(graph: TrainingGraph, batch: number, seed: number): RobustCase | undefined {
  for (let attempt = seed; attempt < seed + MOST_ATTEMPTS; attempt++) {
    const trial = randomCase(graph, batch, attempt);
    const objective = randomObjective(graph, batch, attempt);
    const { parameters, inputs, mix } = trial;
    const plain = runPlain(graph, parameters, inputs, mix, objective);
    if (plain.margin < LEAST_MARGIN || !wellConditioned(plain)) continue;
    const evaluated = runPlain(graph, parameters, inputs, mix, objective, { evaluate: true });
    if (evaluated.margin > LEAST_MARGIN) return { ...trial, objective, plain, evaluated };
  }
  return undefined;
}

function expectOutputs(what: string, actual: Outputs, expected: PlainResult): void {
  expectClose(`${what} rates`, actual.rates, expected.rates, TOLERANCE);
  expectClose(`${what} logits`, actual.logits, expected.logits, TOLERANCE);
}

/**
 * Outputs, loss, every gradient, running statistics and evaluation of the engine equal those of the plain network. Resolves to
 * false if the graph has no case that rounding cannot turn.
 */
export async function agrees(
  engine: TrainingEngine,
  graph: TrainingGraph,
  batch: number,
  seed: number,
): Promise<boolean> {
  const found = robustCase(graph, batch, seed);
  if (found === undefined) return false;
  const { parameters, inputs, mix, objective, plain, evaluated } = found;
  const session = await engine.compile(graph, batch, parameters);
  try {
    expectOutputs('evaluated', await session.evaluate(inputs, mix), evaluated);
    const result = await session.step(inputs, mix, engineObjective(objective));
    expectOutputs('step', result, plain);
    expectClose('loss', [result.loss], [plain.loss], TOLERANCE);
    expect([...session.gradients.keys()].sort()).to.deep.equal([...plain.gradients.keys()].sort());
    for (const [name, gradient] of plain.gradients)
      expectClose(name, session.gradients.get(name)!, gradient, TOLERANCE, FLOOR);
    expectClose('gates', result.mixGradient.gates, plain.mixGradient.gates, TOLERANCE, FLOOR);
    plain.mixGradient.bits.forEach((row, i) => {
      expectClose(`bits ${i}`, result.mixGradient.bits[i], row, TOLERANCE, FLOOR);
    });
    plain.mixGradient.keep.forEach((row, i) => {
      expectClose(`keep ${i}`, result.mixGradient.keep[i], row, TOLERANCE, FLOOR);
    });
    for (const [name, batchValue] of plain.statistics) {
      const before = parameters.get(name)!;
      const moved = batchValue.map((value, i) => before[i] + 0.1 * (value - before[i]));
      expectClose(name, session.parameters.get(name)!, moved, TOLERANCE);
    }
  } finally {
    session.dispose();
  }
  return true;
}
