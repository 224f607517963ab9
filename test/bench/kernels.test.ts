import { expect } from 'chai';
import { kernelsHeadline, type KernelRow, type NetworkRow } from '../../bench/kernels-figures.js';
import { storageRows } from '../../bench/storage.js';
import { dsCnn, resnet8 } from '../../bench/networks/mlperf-tiny.js';
import { singleLayer } from '../../bench/networks/single-layer.js';
import { countOperations } from '../../src/energy/operations.js';
import { elementsOf, shapeText } from '../../src/core/geometry.js';
import { Interpreter } from '../../src/model/interpreter.js';
import type { BuiltNetwork } from '../../bench/networks/mlperf-tiny.js';

function ratesOf({ model, sample }: BuiltNetwork): readonly number[] {
  const { spikesOut } = new Interpreter(model).run(sample);
  return spikesOut.map((spikes, i) => spikes / (elementsOf(model.layers[i].shape) * model.timesteps));
}

const OPTIONS = { bits: 1, timesteps: 2, rate: 0.1, command: 'test' } as const;

describe('networks of the kernel benchmark', () => {
  it('ResNet8 has the shapes of MLPerf Tiny, and each layer fires about 10 %', () => {
    const built = resnet8(OPTIONS);
    expect(built.model.layers.map(({ shape }) => shapeText(shape))).deep.equal([
      '32x32x16',
      '32x32x16',
      '32x32x16',
      '16x16x32',
      '16x16x32',
      '8x8x64',
      '8x8x64',
    ]);
    for (const rate of ratesOf(built)) expect(rate).within(0.09, 0.11);
  });

  it('DS-CNN has the shapes of MLPerf Tiny, and each layer fires about 10 %', () => {
    const built = dsCnn(OPTIONS);
    expect(built.model.layers.map(({ shape }) => shapeText(shape))).deep.equal(
      Array.from({ length: 9 }, () => '25x5x64'),
    );
    const macs = countOperations({ ...built.model, timesteps: 1 }, ratesOf(built), 1);
    // Of the int8 stem; the rest are spikes.
    expect(macs.multiplyAccumulates).at.most(25 * 5 * 64 * 40 + 64 * 12);
    for (const rate of ratesOf(built)) expect(rate).within(0.09, 0.11);
  });

  it('the single layer reads what it is asked to', () => {
    for (const rate of [0.05, 0.3]) {
      const [read, fired] = ratesOf(singleLayer(4, 1, rate, 'test'));
      expect(read).within(rate * 0.9, rate * 1.1);
      expect(fired).within(rate * 0.8, rate * 1.2);
    }
  });
});

describe('headline of the kernel benchmark', () => {
  const layer = (weights: string, rate: number, perConnection: number): KernelRow => ({
    kind: 'layer',
    core: 'm4',
    weights,
    rate,
    perConnection,
  });
  const network = (timesteps: number, predictionErrorPct: number): NetworkRow => ({
    kind: 'network',
    network: 'resnet8',
    bits: 1,
    timesteps,
    timesFewer: 10 / timesteps,
    ramBytes: 1000 * timesteps,
    predictionErrorPct,
  });

  it('takes the asked layer, rate and timesteps, and the worst prediction', () => {
    const rows = [layer('1-bit', 0.3, 9), layer('1-bit', 0.1, 0.05), network(1, -7), network(2, 3)];
    expect(kernelsHeadline(rows)).deep.equal({
      m4Bits1: 0.05,
      resnet8T2Bits1: 5,
      resnet8T2RamBytes: 2000,
      plannerErrorPct: 7,
    });
  });

  it('leaves out what was not run', () => {
    expect(kernelsHeadline([])).deep.equal({});
  });

  it('store weights within 10 % of their entropy, in the worst case of all layers, widths and fractions kept', () => {
    const { entropyRatio } = kernelsHeadline(storageRows());
    expect(entropyRatio).within(1, 1.1);
  });
});
