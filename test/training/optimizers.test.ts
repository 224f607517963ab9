import { expect } from 'chai';
import type { TensorMap } from '../../src/training/engine.js';
import {
  Adam,
  clipGlobalNorm,
  cosineRate,
  selectTensors,
  Sgd,
  type Optimizer,
} from '../../src/training/optimizers.js';

const one = (name: string, ...values: number[]): TensorMap => new Map([[name, Float32Array.from(values)]]);

describe('optimizers', () => {
  it('SGD follows momentum and decays weights alone', () => {
    const parameters: TensorMap = new Map([...one('p0.e0.w', 1), ...one('p0.e0.gamma', 1)]);
    const gradients: TensorMap = new Map([...one('p0.e0.w', 0.5), ...one('p0.e0.gamma', 0.5)]);
    const sgd = new Sgd({ momentum: 0.9, weightDecay: 0.1 });
    sgd.update(parameters, gradients, 0.1);
    expect(parameters.get('p0.e0.w')![0]).to.be.closeTo(1 - 0.1 * 0.6, 1e-6);
    expect(parameters.get('p0.e0.gamma')![0]).to.be.closeTo(0.95, 1e-6);
    sgd.update(parameters, gradients, 0.1);
    expect(parameters.get('p0.e0.w')![0]).to.be.closeTo(0.94 - 0.1 * (0.9 * 0.6 + 0.5 + 0.094), 1e-6);
    expect(parameters.get('p0.e0.gamma')![0]).to.be.closeTo(0.95 - 0.1 * 0.95, 1e-6);
  });

  it('Adam moves by the rate at first, whatever the size of the gradient', () => {
    const parameters = one('score', 1, 1);
    new Adam().update(parameters, one('score', 100, -0.001), 0.01);
    expect(parameters.get('score')![0]).to.be.closeTo(0.99, 1e-5);
    expect(parameters.get('score')![1]).to.be.closeTo(1.01, 1e-5);
  });

  const kinds: [string, () => Optimizer][] = [
    ['SGD', () => new Sgd({ momentum: 0.9, weightDecay: 1e-3 })],
    ['Adam', () => new Adam()],
  ];
  for (const [name, create] of kinds) {
    it(`${name} finds the least of a parabola`, () => {
      const parameters = one('head.b', 3, -2);
      const optimizer = create();
      for (let step = 0; step < 400; step++) {
        const gradient = parameters.get('head.b')!.map((value, i) => 2 * (value - i));
        optimizer.update(parameters, new Map([['head.b', gradient]]), cosineRate(step, 400, 0.1, 0));
      }
      expect(parameters.get('head.b')![0]).to.be.closeTo(0, 1e-3);
      expect(parameters.get('head.b')![1]).to.be.closeTo(1, 1e-3);
    });

    it(`${name} goes on from its saved state as if nothing had happened`, () => {
      const run = (interrupted: boolean): number => {
        const parameters = one('head.w', 1);
        let optimizer = create();
        for (let step = 0; step < 6; step++) {
          if (interrupted && step === 3) {
            const state = optimizer.state();
            optimizer.update(one('head.w', 9), one('head.w', 9), 1);
            optimizer = create();
            optimizer.restore(state);
          }
          optimizer.update(parameters, one('head.w', step - 1), 0.1);
        }
        return parameters.get('head.w')![0];
      };
      expect(run(true)).to.equal(run(false));
    });
  }

  it('refuse state of another network', () => {
    const sgd = new Sgd({ momentum: 0.9, weightDecay: 0 });
    sgd.update(one('head.b', 1), one('head.b', 1), 0.1);
    expect(() => {
      sgd.update(one('head.b', 1, 2), one('head.b', 1, 2), 0.1);
    }).to.throw(/another size/);
  });

  it('clip the common norm', () => {
    const gradients: TensorMap = new Map([...one('a', 3), ...one('b', 4)]);
    expect(clipGlobalNorm(gradients, 10)).to.equal(5);
    expect(gradients.get('a')![0]).to.equal(3);
    expect(clipGlobalNorm(gradients, 1)).to.equal(5);
    expect(gradients.get('a')![0]).to.be.closeTo(0.6, 1e-6);
    expect(gradients.get('b')![0]).to.be.closeTo(0.8, 1e-6);
  });

  it('follow a cosine from the highest to the lowest rate', () => {
    expect(cosineRate(0, 10, 1, 0.1)).to.equal(1);
    expect(cosineRate(5, 10, 1, 0.1)).to.be.closeTo(0.55, 1e-12);
    expect(cosineRate(12, 10, 1, 0.1)).to.be.closeTo(0.1, 1e-12);
  });

  it('train what is selected', () => {
    const all: TensorMap = new Map([...one('p0.e0.w', 1), ...one('p0.e0.score', 2)]);
    expect([...selectTensors(all, (name) => name.endsWith('.score')).keys()]).to.deep.equal(['p0.e0.score']);
  });
});
