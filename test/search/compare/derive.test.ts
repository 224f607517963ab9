import { expect } from 'chai';
import { buildNetwork } from '../../../src/search/decode.js';
import {
  artificialOfSize,
  artificialTwin,
  binaryTwin,
  compressionForSize,
  compressUniformly,
  meanCellBits,
} from '../../../src/search/compare/derive.js';
import { epochsWithoutSearch, scaledSchedule, sharesOf } from '../../../src/search/compare/effort.js';
import { storedBitsOf } from '../../../src/search/compare/sizes.js';
import type { Genotype } from '../../../src/search/genotype.js';
import { PRESETS } from '../../../src/search/presets.js';
import { validateGraph } from '../../../src/training/initial.js';
import { stripes } from '../stripes.js';

const INPUT = { height: 16, width: 16, channels: 1 };
const CLASSES = 4;

const GENOTYPE: Genotype = {
  formatVersion: 1,
  space: 'micro',
  timesteps: 3,
  stem: { width: 12, kernel: { height: 3, width: 3 }, stride: { height: 1, width: 1 } },
  kernel: { height: 3, width: 3 },
  nodes: [
    {
      inputs: [
        { from: 'previous', operation: 'skip', weight: 1 },
        { from: 'previous', operation: 'conv', weight: 1 },
      ],
    },
    {
      inputs: [
        { from: 'before', operation: 'conv', weight: 1 },
        { from: 'node0', operation: 'conv', weight: 1 },
      ],
    },
  ],
  cells: [
    { width: 12, level: 0, bits: 1, keep: 0.5 },
    { width: 24, level: 1, bits: 4, keep: 0.2 },
    { width: 24, level: 1, bits: 2, keep: 0.5 },
  ],
  headBits: 8,
};

describe('search: networks to compare with', () => {
  const joint = buildNetwork(GENOTYPE, INPUT, CLASSES);
  const wanted = storedBitsOf(joint);

  it('sequential compression has the stored size of the joint network', () => {
    for (const [size, mean] of [
      [wanted, meanCellBits(GENOTYPE)],
      [wanted / 2, 1],
      [wanted * 2, 4],
    ]) {
      const { bits, keep } = compressionForSize(GENOTYPE, INPUT, CLASSES, size, mean);
      const graph = buildNetwork(compressUniformly(GENOTYPE, { bits, keep, timesteps: 2 }), INPUT, CLASSES);
      validateGraph(graph);
      expect(storedBitsOf(graph) / size).to.be.within(0.95, 1.05);
    }
  });

  it('takes the width nearest to the mean that can have the size', () => {
    expect(compressionForSize(GENOTYPE, INPUT, CLASSES, wanted, 2).bits).to.equal(2);
    const all = buildNetwork(compressUniformly(GENOTYPE, { bits: 4, keep: 1, timesteps: 1 }), INPUT, CLASSES);
    expect(compressionForSize(GENOTYPE, INPUT, CLASSES, storedBitsOf(all), 1)).to.include({
      bits: 4,
      keep: 1,
    });
  });

  it('the artificial twin has the same weights, eight bits each, and the narrowed one the size of the joint network', () => {
    const twin = artificialTwin(joint);
    validateGraph(twin);
    expect(twin.populations.map(({ shape }) => shape)).to.deep.equal(
      joint.populations.map(({ shape }) => shape),
    );
    const whole = buildNetwork(
      compressUniformly(GENOTYPE, { bits: 4, keep: 1, timesteps: 1 }),
      INPUT,
      CLASSES,
    );
    expect(storedBitsOf(twin)).to.be.greaterThan(1.8 * storedBitsOf(whole));
    const { graph, genotype } = artificialOfSize(GENOTYPE, INPUT, CLASSES, wanted);
    validateGraph(graph);
    expect(genotype.stem.width).to.be.lessThan(12);
    expect(storedBitsOf(graph) / wanted).to.be.within(0.8, 1.25);
  });

  it('the binary twin has one timestep and the same stored size', () => {
    const twin = binaryTwin(joint);
    validateGraph(twin);
    expect(twin).to.include({ timesteps: 1, activation: 'binary' });
    expect(storedBitsOf(twin)).to.equal(wanted);
  });

  it('all see about as many samples; shares are as equal as can be', () => {
    const data = stripes(100);
    const { schedule } = PRESETS.quick;
    const scaled = scaledSchedule(schedule, data, 0.5);
    expect(scaled.retrainSamplesPerEpoch).to.be.closeTo(0.5 * 8 * data.train.count, 64);
    // The search's 4 epochs of at most 8 passes over three quarters of the split are 3 of retraining's.
    expect(epochsWithoutSearch(schedule, data)).to.equal(schedule.retrainEpochs + 3);
    expect(sharesOf(6, 4)).to.deep.equal([2, 2, 1, 1]);
    expect(sharesOf(20, 4)).to.deep.equal([5, 5, 5, 5]);
    expect(sharesOf(1, 4)).to.deep.equal([1, 1, 1, 1]);
  });
});
