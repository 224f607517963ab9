import { expect } from 'chai';
import { trainCase, TRAIN_KINDS, TRAIN_NETWORKS } from '../../bench/train-cases.js';
import { trainHeadline, trainRow, type Trained } from '../../bench/train-figures.js';
import { checkParameters, validateGraph } from '../../src/training/initial.js';

function trained(seconds: number[], losses: number[], megabytes: number): Trained {
  return {
    engine: 'any',
    seconds,
    cpuSeconds: seconds.map((s) => s / 2),
    losses,
    rates: [0.1, 0.3],
    startBytes: 40e6,
    peakBytes: megabytes * 1e6,
  };
}

const SUBJECT = { kind: 'network', describe: '', batch: 1, timesteps: 1 } as const;
const CONTIGUOUS = trained([4, 6, 5], [2, 1], 240);
const CHANNELS_LAST = trained([3, 3, 9], [2, 1.25], 140);

describe('figures of bench:train', () => {
  it('compares with the faster layout of PyTorch, and memory in the less favourable way', () => {
    const torch = { contiguous: CONTIGUOUS, channelsLast: CHANNELS_LAST };
    const row = trainRow({ ...SUBJECT, network: 'kws', threads: 2 }, trained([2, 5, 3], [2, 1.5], 90), torch);
    expect(row.secondsRatio).to.equal(1.5);
    expect([row.medianSeconds, row.torchMedianSeconds]).to.deep.equal([3, 3]);
    expect([row.cpuSeconds, row.torchCpuSeconds, row.cpuRatio]).to.deep.equal([1, 1.5, 1.5]);
    expect(row.torchLayout).to.equal('channels_last');
    expect(row.residentRatio).to.be.closeTo(90 / 140, 1e-12);
    expect(row.memoryRatio).to.be.closeTo(90 / 140, 1e-12);
    expect(row.firingRate).to.be.closeTo(0.2, 1e-12);
    expect([row.lossDifference, row.lossNoise, row.firstLossDifference]).to.deep.equal([0.25, 0.25, 0]);
  });

  it('counts only what ran with two threads, at its worst', () => {
    const torch = { contiguous: CONTIGUOUS, channelsLast: CHANNELS_LAST };
    const rows = ([2, 1, 2] as const).map((threads, i) =>
      trainRow({ ...SUBJECT, network: 'image', threads }, trained([i + 1], [2, 1], 90 + 20 * i), torch),
    );
    expect(trainHeadline(rows)).to.deep.equal({ imageRatio: 1, memoryRatio: 130 / 140 });
  });

  for (const network of TRAIN_NETWORKS) {
    for (const kind of TRAIN_KINDS) {
      it(`prepares the same trainable ${kind} for ${network} every time`, () => {
        const first = trainCase(network, kind);
        validateGraph(first.graph);
        checkParameters(first.graph, first.parameters);
        const second = trainCase(network, kind);
        expect(second.inputs).to.deep.equal(first.inputs);
        expect(second.parameters).to.deep.equal(first.parameters);
      });
    }
  }
});
