import { expect } from 'chai';
import type { StepResult, TensorMap, TrainingEngine } from '../../../src/training/engine.js';
import { createSpikeEngine } from '../../../src/training/spike/engine.js';
import { createTfjsEngine } from '../../../src/training/tfjs/engine.js';
import { expectClose } from '../../support/engine-agreement.js';
import { runPlain } from '../../support/plain-network.js';
import {
  engineObjective,
  randomCase,
  randomObjective,
  type TrainingCase,
} from '../../support/training-cases.js';
import { randomGraph } from './random-graph.js';

const TOLERANCE = 1e-3;

/** As in agreement.ts: what cancels but for rounding is compared with this. */
const FLOOR = 0.05;

/** Membranes this near to a decision could be decided differently by rounding. */
const LEAST_MARGIN = 5e-6;

interface Stepped {
  readonly result: StepResult;
  readonly gradients: TensorMap;
}

async function stepOf(
  engine: TrainingEngine,
  { graph, batch, parameters, inputs, mix }: TrainingCase,
  seed: number,
): Promise<Stepped> {
  const session = await engine.compile(graph, batch, parameters);
  try {
    const objective = engineObjective(randomObjective(graph, batch, seed));
    const result = await session.step(inputs, mix, objective);
    return { result, gradients: new Map([...session.gradients].map(([name, g]) => [name, g.slice()])) };
  } finally {
    session.dispose();
  }
}

function expectSame(spike: Stepped, tfjs: Stepped): void {
  expectClose('logits', spike.result.logits, tfjs.result.logits, TOLERANCE);
  expectClose('rates', spike.result.rates, tfjs.result.rates, TOLERANCE);
  expect([...spike.gradients.keys()].sort()).to.deep.equal([...tfjs.gradients.keys()].sort());
  for (const [name, gradient] of tfjs.gradients) {
    expectClose(name, spike.gradients.get(name)!, gradient, TOLERANCE, FLOOR);
  }
  const { gates, bits, keep } = tfjs.result.mixGradient;
  expectClose('gates', spike.result.mixGradient.gates, gates, TOLERANCE, FLOOR);
  bits.forEach((row, i) => {
    expectClose(`bits ${i}`, spike.result.mixGradient.bits[i], row, TOLERANCE, FLOOR);
  });
  keep.forEach((row, i) => {
    expectClose(`keep ${i}`, spike.result.mixGradient.keep[i], row, TOLERANCE, FLOOR);
  });
}

/** Whether rounding could turn no decision, and no normalization divides by next to nothing. */
function isDecided(trial: TrainingCase, seed: number): boolean {
  const { graph, batch, parameters, inputs, mix } = trial;
  const plain = runPlain(graph, parameters, inputs, mix, randomObjective(graph, batch, seed));
  const variances = [...plain.statistics].filter(([name]) => name.endsWith('.variance'));
  return plain.margin > LEAST_MARGIN && variances.every(([, row]) => row.every((v) => v > 1e-2));
}

describe('spike engine against the TensorFlow.js engine', () => {
  it('agrees on every gradient of random networks', async () => {
    const spike = await createSpikeEngine({ threads: 2 });
    const tfjs = await createTfjsEngine({ backends: ['cpu'] });
    let compared = 0;
    for (let seed = 101; seed < 141; seed++) {
      const trial = randomCase(randomGraph(seed), 2 + (seed % 4), seed);
      if (!isDecided(trial, seed)) continue;
      expectSame(await stepOf(spike, trial, seed), await stepOf(tfjs, trial, seed));
      compared++;
    }
    expect(compared, 'networks that rounding cannot turn').to.be.at.least(12);
  });
});
