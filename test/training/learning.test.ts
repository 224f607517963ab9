import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import { createEngine } from '../../src/training/engines.js';
import type { Mix, Objective, TrainingSession } from '../../src/training/engine.js';
import type { TrainingGraph } from '../../src/training/graph.js';
import { initialParameters } from '../../src/training/initial.js';
import { clipGlobalNorm, Sgd } from '../../src/training/optimizers.js';
import { SIMPLE } from '../support/training-cases.js';

const BATCH = 24;
const { classes } = SIMPLE.head;
const MIX: Mix = { gates: new Float32Array(0), bits: [], keep: [] };

/** Wide enough for the problem; otherwise as the networks that the engines are checked with. */
const NETWORK: TrainingGraph = {
  ...SIMPLE,
  populations: SIMPLE.populations.map((population) => ({
    ...population,
    shape: { ...population.shape, channels: 8 },
  })),
};

/** A bright row, a bright column or a bright diagonal somewhere in the noise: shapes that a convolution can tell apart. */
function isBright(label: number, place: number, y: number, x: number): boolean {
  if (label === 0) return y === place;
  if (label === 1) return x === place;
  return x - y === place - 1;
}

function shapes(random: Random): { inputs: Int8Array; labels: number[] } {
  const { height, width, channels } = NETWORK.input;
  const labels = Array.from({ length: BATCH }, () => random.integer(0, classes - 1));
  const places = labels.map(() => random.integer(0, 2));
  const inputs = new Int8Array(BATCH * height * width * channels);
  inputs.forEach((_, i) => {
    const pixel = Math.floor(i / channels);
    const sample = Math.floor(pixel / (height * width));
    const bright = isBright(
      labels[sample],
      places[sample],
      Math.floor(pixel / width) % height,
      pixel % width,
    );
    inputs[i] = random.integer(-20, 20) + (bright ? 100 : 0);
  });
  return { inputs, labels };
}

/** Cross-entropy of the mean over time, and how many of the batch are right. */
function crossEntropy(labels: readonly number[], right: { count: number }): Objective {
  return ({ logits, rates }) => {
    const logitsGradient = new Float32Array(logits.length);
    let loss = 0;
    right.count = 0;
    labels.forEach((label, sample) => {
      const index = (t: number, k: number): number => (t * BATCH + sample) * classes + k;
      const mean = Array.from({ length: classes }, (_, k) => (logits[index(0, k)] + logits[index(1, k)]) / 2);
      const total = mean.reduce((sum, v) => sum + Math.exp(v), 0);
      loss += (Math.log(total) - mean[label]) / BATCH;
      if (Math.max(...mean) === mean[label]) right.count++;
      for (const t of [0, 1]) {
        mean.forEach((v, k) => {
          logitsGradient[index(t, k)] = (Math.exp(v) / total - (k === label ? 1 : 0)) / (2 * BATCH);
        });
      }
    });
    return { loss, logitsGradient, ratesGradient: new Float32Array(rates.length) };
  };
}

async function trainingLosses(session: TrainingSession, random: Random, steps: number): Promise<number[]> {
  const optimizer = new Sgd({ momentum: 0.9, weightDecay: 3e-4 });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { inputs, labels } = shapes(random);
    const { loss } = await session.step(inputs, MIX, crossEntropy(labels, { count: 0 }));
    clipGlobalNorm(session.gradients, 5);
    optimizer.update(session.parameters, session.gradients, 0.1);
    losses.push(loss);
  }
  return losses;
}

describe('training', () => {
  it('brings the loss down on a separable problem, and evaluation agrees', async function () {
    const random = Random.fromSeed(7);
    const engine = await createEngine('tfjs');
    const session = await engine.compile(NETWORK, BATCH, initialParameters(NETWORK, random));
    const losses = await trainingLosses(session, random, 120);
    const late = losses.slice(-10).reduce((sum, loss) => sum + loss, 0) / 10;
    expect(losses[0]).to.be.within(0.8, 1.6);
    expect(late).to.be.below(0.2);

    const { inputs, labels } = shapes(random);
    const right = { count: 0 };
    crossEntropy(labels, right)(await session.evaluate(inputs, MIX));
    expect(right.count / BATCH).to.be.above(0.8);
    session.dispose();
  });

  it('gives the same losses for the same seed', async () => {
    const run = async (): Promise<number[]> => {
      const random = Random.fromSeed(3);
      const engine = await createEngine('tfjs');
      const session = await engine.compile(NETWORK, BATCH, initialParameters(NETWORK, random));
      return trainingLosses(session, random, 5);
    };
    expect(await run()).to.deep.equal(await run());
  });

  it('refuses a batch of another size', async () => {
    const engine = await createEngine('tfjs');
    const session = await engine.compile(NETWORK, BATCH, initialParameters(NETWORK, Random.fromSeed(1)));
    const failure = await session.evaluate(new Int8Array(5), MIX).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(RangeError);
  });
});

describe('engine choice', () => {
  it('gives an engine by itself', async () => {
    const engine = await createEngine('auto');
    expect(['spike', 'tfjs']).to.include(engine.name);
  });
});
