import { expect } from 'chai';
import { boardEnergy } from '../../src/energy/board.js';
import { countOperations } from '../../src/energy/operations.js';
import { ACCUMULATE_JOULES, MULTIPLY_ACCUMULATE_JOULES, paperEnergy } from '../../src/energy/paper.js';
import { INPUT_SOURCE, type ConvEdge, type IntegerModel } from '../../src/model/types.js';

const ones = (count: number): Int32Array => new Int32Array(count).fill(1);

function conv(layers: number[], codes: number[], bits: ConvEdge['bits']): ConvEdge {
  const size = { height: 1, width: 1 };
  const padding = { top: 0, bottom: 0, left: 0, right: 0 };
  return {
    kind: 'conv',
    source: { layers },
    kernel: size,
    stride: size,
    padding,
    depthwise: false,
    bits,
    codes: Int8Array.from(codes),
    multiplier: ones(2),
  };
}

/** Input 2x3x1, two layers of 2x3x2 with 1x1 kernels, three classes. */
function model(): IntegerModel {
  const shape = { height: 2, width: 3, channels: 2 };
  const layer = { shape, leak: 51, bias: ones(2), threshold: ones(2) };
  return {
    name: 'counted by hand',
    input: { height: 2, width: 3, channels: 1 },
    frontEnd: { kind: 'image' },
    timesteps: 4,
    classes: ['a', 'b', 'c'],
    layers: [
      { ...layer, name: 'first', edges: [conv([INPUT_SOURCE], [5, 0], 8)] },
      {
        ...layer,
        name: 'second',
        edges: [
          conv([0], [1, 0, -1, 1], 2),
          { kind: 'identity', source: { layers: [0] }, multiplier: ones(2) },
        ],
      },
    ],
    head: { layers: [1], bits: 4, codes: Int8Array.from([1, 1, 1, 0, 3, 5]), bias: new Int32Array(3) },
    provenance: { tool: '', command: '', datasetName: '', datasetHash: '', seed: 0, created: '' },
  };
}

describe('operation counts', () => {
  const counts = countOperations(model(), [0.25, 0.5], 4);

  it('count the int8 input once and the head at each timestep', () => {
    // 1 kept weight x 6 positions, and 5 kept head weights x 4 timesteps.
    expect(counts.multiplyAccumulates).to.equal(6 + 20);
  });

  it('count spikes by the rate of their source', () => {
    // 3 kept weights x 6 positions x rate 0.25 x 4 timesteps.
    expect(counts.synapticOperations).to.equal(18);
    expect(counts.bitSynapticOperations).to.equal(18 * 2 + 20 * 4);
  });

  it('count neurons, and connections that nothing would skip', () => {
    expect(counts.membraneUpdates).to.equal(2 * 12 * 4);
    expect(counts.denseConnections).to.equal((2 * 6 + 4 * 6 + 6) * 4);
  });

  it('give the energy of the paper model', () => {
    expect(paperEnergy(counts)).to.be.closeTo(
      26 * MULTIPLY_ACCUMULATE_JOULES + 18 * ACCUMULATE_JOULES,
      1e-20,
    );
  });
});

describe('board energy model', () => {
  const power = { supplyVolts: 3, activeAmperes: 0.01, sleepAmperes: 1e-6, source: 'test' };

  it('is voltage times current times time', () => {
    const energy = boardEnergy(power, 0.02);
    expect(energy.inferenceJoules).to.be.closeTo(6e-4, 1e-12);
    expect(energy.sleepWatts).to.be.closeTo(3e-6, 1e-15);
  });
});
