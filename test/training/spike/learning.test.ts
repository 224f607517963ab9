import { expect } from 'chai';
import { Random } from '../../../src/core/random.js';
import type { Objective } from '../../../src/training/engine.js';
import { LITESNN_NEURON, type TrainingGraph } from '../../../src/training/graph.js';
import { initialParameters } from '../../../src/training/initial.js';
import { createSpikeEngine } from '../../../src/training/spike/engine.js';
import { descend } from './descend.js';

const SIDE = 8;
const CLASSES = 4;

/** A bar at one of four places, over noise. */
function barSample(label: number, random: Random): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [y, x] = [Math.floor(i / SIDE), i % SIDE];
    const lit = (label < 2 ? y : x) >> 2 === (label & 1);
    return Math.max(-128, Math.min(127, Math.round((lit ? 50 : -50) + 40 * random.gaussian())));
  });
}

function barBatch(count: number, random: Random): { inputs: Int8Array; labels: number[] } {
  const labels = Array.from({ length: count }, () => random.integer(0, CLASSES - 1));
  return { inputs: Int8Array.from(labels.flatMap((label) => barSample(label, random))), labels };
}

function summedLogits(logits: Float32Array, timesteps: number, batch: number): number[][] {
  return Array.from({ length: batch }, (_, sample) =>
    Array.from({ length: CLASSES }, (__, k) => {
      let sum = 0;
      for (let t = 0; t < timesteps; t++) sum += logits[(t * batch + sample) * CLASSES + k];
      return sum;
    }),
  );
}

function crossEntropy(labels: readonly number[], timesteps: number): Objective {
  const batch = labels.length;
  return ({ logits, rates }) => {
    let loss = 0;
    const logitsGradient = new Float32Array(logits.length);
    summedLogits(logits, timesteps, batch).forEach((sums, sample) => {
      const normalizer = Math.log(sums.reduce((sum, v) => sum + Math.exp(v), 0));
      loss += (normalizer - sums[labels[sample]]) / batch;
      for (let t = 0; t < timesteps; t++) {
        sums.forEach((v, k) => {
          const hit = k === labels[sample] ? 1 : 0;
          logitsGradient[(t * batch + sample) * CLASSES + k] = (Math.exp(v - normalizer) - hit) / batch;
        });
      }
    });
    return { loss, logitsGradient, ratesGradient: new Float32Array(rates.length) };
  };
}

const BARS: TrainingGraph = {
  input: { height: SIDE, width: SIDE, channels: 1 },
  timesteps: 2,
  neuron: LITESNN_NEURON,
  populations: [
    {
      name: 'stem',
      shape: { height: SIDE, width: SIDE, channels: 6 },
      edges: [
        {
          kind: 'conv',
          source: { populations: [-1] },
          kernel: { height: 3, width: 3 },
          stride: { height: 1, width: 1 },
          padding: { top: 1, bottom: 1, left: 1, right: 1 },
          depthwise: false,
          weight: { bits: { choices: [8] }, keep: { choices: [1] } },
        },
      ],
    },
    {
      name: 'second',
      shape: { height: 4, width: 4, channels: 10 },
      edges: [
        {
          kind: 'conv',
          source: { populations: [0], pooling: { kind: 'or', height: 2, width: 2 } },
          kernel: { height: 4, width: 4 },
          stride: { height: 1, width: 1 },
          padding: { top: 1, bottom: 2, left: 1, right: 2 },
          depthwise: false,
          weight: { bits: { choices: [2] }, keep: { choices: [0.5] } },
        },
      ],
    },
  ],
  head: { populations: [1], classes: CLASSES, weight: { bits: { choices: [8] }, keep: { choices: [1] } } },
  gates: 0,
  bitGroups: [],
  keepGroups: [],
};

describe('spike engine learning', () => {
  it('learns where a bar is, well above chance on new samples', async () => {
    const random = Random.fromSeed(3);
    const batch = 32;
    const mix = { gates: new Float32Array(0), bits: [], keep: [] };
    const session = await (
      await createSpikeEngine({ threads: 2 })
    ).compile(BARS, batch, initialParameters(BARS, random));
    for (let step = 0; step < 150; step++) {
      const { inputs, labels } = barBatch(batch, random);
      await session.step(inputs, mix, crossEntropy(labels, BARS.timesteps));
      descend(session.parameters, session.gradients);
    }
    let right = 0;
    const rounds = 8;
    for (let round = 0; round < rounds; round++) {
      const { inputs, labels } = barBatch(batch, random);
      const { logits } = await session.evaluate(inputs, mix);
      const sums = summedLogits(logits, BARS.timesteps, batch);
      right += sums.filter((row, sample) => row.indexOf(Math.max(...row)) === labels[sample]).length;
    }
    session.dispose();
    expect(right / (rounds * batch), 'accuracy').to.be.greaterThan(0.9);
  });
});
