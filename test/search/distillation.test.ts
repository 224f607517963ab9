import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentProgress } from '../../src/core/progress.js';
import { Random } from '../../src/core/random.js';
import { Architecture } from '../../src/search/architecture.js';
import { buildNetwork, decode } from '../../src/search/decode.js';
import { distillationLoss } from '../../src/search/distillation.js';
import { retrain, type RetrainOptions } from '../../src/search/retrain.js';
import { buildSupernet } from '../../src/search/space.js';
import { startingParameters } from '../../src/search/starting.js';
import { createEngine } from '../../src/training/engines.js';
import { stripes } from './stripes.js';

describe('search: distillation', () => {
  it('is zero for a student that answers as its teacher, whatever is added to all logits', () => {
    const teacher = Float64Array.from([1, 2, -1, 0, 3, 0.5]);
    const same = Float32Array.from([...teacher, ...teacher].map((value) => value + 7));
    const { value, logitsGradient } = distillationLoss(same, teacher, 3, 2);
    expect(value).to.be.closeTo(0, 1e-9);
    expect(Math.max(...logitsGradient.map(Math.abs))).to.be.lessThan(1e-6);
  });

  it('has the gradient of finite differences, at every timestep', () => {
    const random = Random.fromSeed(4);
    const teacher = Float64Array.from({ length: 8 }, () => random.gaussian());
    const logits = Float32Array.from({ length: 24 }, () => random.gaussian());
    const { value, logitsGradient } = distillationLoss(logits, teacher, 4, 3);
    expect(value).to.be.greaterThan(0.1);
    for (let i = 0; i < logits.length; i++) {
      const step = 1e-2;
      const [up, down] = [step, -step].map((change) => {
        const moved = logits.slice();
        moved[i] += change;
        return distillationLoss(moved, teacher, 4, 3).value;
      });
      expect(logitsGradient[i]).to.be.closeTo((up - down) / (2 * step), 1e-4);
    }
  });

  it('makes a student follow its teacher where labels mean nothing', async () => {
    const engine = await createEngine('auto', { threads: 1 });
    const folder = mkdtempSync(join(tmpdir(), 'litesnn-distillation-'));
    try {
      const data = stripes(40);
      const space = { cells: 1, width: 8, nodes: 1, timesteps: 1, bits: [4], keep: [1] };
      const supernet = buildSupernet('micro', data.shape, 4, space);
      const genotype = decode(supernet, new Architecture(supernet, Random.fromSeed(1)));
      const graph = buildNetwork(genotype, data.shape, 4);
      const common: Omit<RetrainOptions, 'initial' | 'data'> = {
        graph,
        engine,
        seed: 3,
        epochs: 12,
        batch: 16,
        rates: { highest: 0.1, lowest: 0.001, momentum: 0.9, weightDecay: 0, clip: 5, scores: 0 },
      };
      const control = (name: string): Parameters<typeof retrain>[1] => ({
        folder: join(folder, name),
        progress: silentProgress,
      });
      const initial = startingParameters(graph, Random.fromSeed(5));
      const { parameters, accuracy } = await retrain({ ...common, initial, data }, control('teacher'));
      expect(accuracy).to.be.greaterThan(0.6);

      const misled = { ...data, train: { ...data.train, labels: new Uint16Array(data.train.count) } };
      const fresh = startingParameters(graph, Random.fromSeed(6));
      const teacher = { graph, parameters, genotype, seed: 3 };
      const student = await retrain(
        { ...common, initial: fresh, data: misled, teacher, distillation: { weight: 1, temperature: 2 } },
        control('student'),
      );
      expect(student.accuracy).to.be.greaterThan(0.6);
      const without = await retrain({ ...common, initial: fresh, data: misled }, control('alone'));
      expect(without.accuracy).to.be.lessThan(0.4);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
