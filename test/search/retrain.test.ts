import { expect } from 'chai';
import { Random } from '../../src/core/random.js';
import type { Split } from '../../src/data/dataset.js';
import { Architecture } from '../../src/search/architecture.js';
import { buildNetwork, decode } from '../../src/search/decode.js';
import { evaluateNetwork, NO_CHOICES } from '../../src/search/evaluate.js';
import { firingLoss } from '../../src/search/firing-penalty.js';
import { buildSupernet } from '../../src/search/space.js';
import { startFromSupernet } from '../../src/search/warm-start.js';
import type { TrainingEngine, TrainingSession } from '../../src/training/engine.js';
import { createEngine } from '../../src/training/engines.js';
import { initialParameters } from '../../src/training/initial.js';
import { stripes } from './stripes.js';

const DATA = stripes(30);

describe('search: firing penalty', () => {
  it('is free up to the target, and has the gradient of finite differences above it', () => {
    const penalty = { target: 0.2, strength: 0.7 };
    const rates = Float32Array.from([0.1, 0.2, 0.5, 0.25]);
    const { value, ratesGradient } = firingLoss(rates, 2, penalty);
    expect(value).to.be.closeTo((0.7 * (0.375 / 0.2 - 1)) / 2, 1e-6);
    for (let i = 0; i < rates.length; i++) {
      const moved = rates.slice();
      moved[i] += 1e-2;
      const slope = (firingLoss(moved, 2, penalty).value - value) / 1e-2;
      expect(ratesGradient[i]).to.be.closeTo(slope, 1e-4);
    }
  });
});

describe('search: evaluation', () => {
  it('counts every sample once where batches do not divide the split', async () => {
    const { graph } = buildSupernet('micro', DATA.shape, 4, { cells: 1, width: 2, timesteps: 1 });
    const seen: number[] = [];
    // A session that names the class which its sample shows in its first pixel, and fires at that rate.
    const session: TrainingSession = {
      batch: 4,
      parameters: new Map(),
      gradients: new Map(),
      step: () => Promise.reject(new Error('not used')),
      evaluate: (inputs) => {
        const logits = new Float32Array(16);
        for (let i = 0; i < 4; i++) {
          seen.push(inputs[i * 64 + 1]);
          logits[i * 4 + inputs[i * 64]] = 1;
        }
        return Promise.resolve({ logits, rates: new Float32Array(graph.populations.length).fill(0.5) });
      },
      dispose: () => undefined,
    };
    for (const count of [1, 3, 4, 5, 10]) {
      const inputs = new Int8Array(count * 64);
      const labels = Uint16Array.from({ length: count }, (_, i) => i % 4);
      for (let i = 0; i < count; i++) {
        // The last sample alone is shown wrongly.
        inputs[i * 64] = i === count - 1 ? (labels[i] + 1) % 4 : labels[i];
        inputs[i * 64 + 1] = i;
      }
      const split: Split = { count, inputs, labels, groups: new Int32Array(count) };
      seen.length = 0;
      const { accuracy, rates } = await evaluateNetwork(session, graph, split);
      expect(accuracy).to.be.closeTo((count - 1) / count, 1e-9);
      expect(rates[0]).to.be.closeTo(0.5, 1e-6);
      expect(new Set(seen).size).to.equal(count);
    }
  });
});

describe('search: start from the supernet', () => {
  let engine: TrainingEngine;

  before(async () => {
    engine = await createEngine('auto', { threads: 1 });
  });

  it('computes what the supernet computed once its gates had decided', async () => {
    const supernet = buildSupernet('micro', DATA.shape, 4, {
      levels: [0, 1],
      width: 4,
      timesteps: 2,
      bits: [2],
      keep: [0.5],
    });
    const architecture = new Architecture(supernet, Random.fromSeed(1));
    // previous/skip + previous/conv for node 0; before/conv + node0/conv for node 1.
    architecture.parameters.get('alpha')!.set([40, 40, 0, 0, 0, 0, 0, 40, 0, 40]);
    const random = Random.fromSeed(2);
    const parameters = initialParameters(supernet.graph, random);
    for (const [name, values] of parameters) {
      if (/(gamma|beta|mean|gain)$/.test(name)) {
        for (let i = 0; i < values.length; i++) values[i] += 0.1 * random.gaussian();
      }
    }
    const mix = architecture.mix();
    const genotype = decode(supernet, architecture);
    const graph = buildNetwork({ ...genotype, timesteps: 2 }, DATA.shape, 4);
    const started = initialParameters(graph, Random.fromSeed(3));
    startFromSupernet(started, { graph, genotype }, supernet, parameters, mix.gates);

    const batch = 8;
    const inputs = DATA.train.inputs.subarray(0, batch * 64);
    const whole = await engine.compile(supernet.graph, batch, parameters);
    const part = await engine.compile(graph, batch, started);
    const expected = await whole.evaluate(inputs, mix);
    const found = await part.evaluate(inputs, NO_CHOICES);
    whole.dispose();
    part.dispose();
    expect(Math.max(...expected.logits.map(Math.abs))).to.be.greaterThan(0.01);
    // A current within a rounding of the threshold may fall on either side of it.
    let close = 0;
    found.logits.forEach((logit, i) => {
      if (Math.abs(logit - expected.logits[i]) < 1e-4) close++;
    });
    expect(close / found.logits.length).to.be.greaterThan(0.9);
  });
});
