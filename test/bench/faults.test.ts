import { expect } from 'chai';
import { damaged, WIRE_FAULTS } from '../../bench/faults/bad-wire.js';
import { emptyTotals, type FaultTotals } from '../../bench/faults/outcome.js';
import { feedParsers } from '../../bench/faults/parsers.js';
import { badWire, cutAfterEveryBlock, staleBytesBeforeEveryFrame } from '../../bench/faults/stm32-jobs.js';
import { Random } from '../../src/core/random.js';

const nothing = (): void => undefined;

function expectSafe(totals: FaultTotals, runs: number): void {
  const { silentCorruptions, hangs, partialImagesStarted, untyped, nextFailed } = totals;
  expect(totals.runs).to.equal(runs);
  expect({ silentCorruptions, hangs, partialImagesStarted, untyped, nextFailed }, totals.kind).to.deep.equal({
    ...{ silentCorruptions: 0, hangs: 0, partialImagesStarted: 0, untyped: 0, nextFailed: 0 },
  });
}

describe('faults of the line to a loader', () => {
  it('a link cut after every block', async () => {
    const totals = emptyTotals('cut');
    await cutAfterEveryBlock(totals, 8192, nothing);
    expectSafe(totals, 32);
    expect(totals.succeeded).to.equal(0);
  });

  it('stale bytes before every frame', async () => {
    const totals = emptyTotals('stale');
    await staleBytesBeforeEveryFrame(totals, nothing);
    expectSafe(totals, 320);
    expect(totals.succeeded).to.be.greaterThan(250);
  });

  for (const fault of WIRE_FAULTS) {
    it(`a wire that ${fault}s bytes both ways`, async () => {
      const totals = emptyTotals(fault);
      await badWire(totals, fault, 1e-4, 6, 16_384, nothing);
      // So bad a wire that hardly any job gets through: even then nothing wrong may be left behind.
      await badWire(totals, fault, 1e-2, 4, 4096, nothing);
      expectSafe(totals, 10);
    });
  }

  it('are really injected', () => {
    const bytes = new Uint8Array(20_000).fill(0x55);
    const random = Random.fromSeed(3);
    const lengths = WIRE_FAULTS.map((fault) => damaged(bytes, fault, 1e-2, random).length);
    const [flipped, dropped, doubled, cut] = lengths;
    expect(flipped).to.equal(20_000);
    expect(dropped).to.be.within(19_600, 19_950);
    expect(doubled).to.be.within(20_050, 20_400);
    expect(cut).to.be.lessThan(2000);
    expect(damaged(bytes, 'flip', 0, random)).to.equal(bytes);
  });
});

describe('parsers under noise', () => {
  it('understand the same however it is cut, and throw nothing', () => {
    const results = feedParsers(400_000);
    expect(results.map(({ parser }) => parser)).to.have.length(4);
    for (const { parser, failures } of results) expect(failures, parser).to.equal(0);
  });
});
