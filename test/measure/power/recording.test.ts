import { expect } from 'chai';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalyzerIdentity } from '../../../src/measure/power/analyzer.js';
import { clockLosses } from '../../../src/measure/power/analysis/clock-losses.js';
import { sumRanges } from '../../../src/measure/power/analysis/integrate.js';
import { scanRecording } from '../../../src/measure/power/analysis/scan.js';
import { readRecording } from '../../../src/measure/power/recording/reader.js';
import { RecordingWriter } from '../../../src/measure/power/recording/writer.js';
import { temporaryFolder } from '../../support/firmware-project.js';

export const identity: AnalyzerIdentity = {
  description: 'test',
  kind: 'ppk2',
  provenance: 'simulated',
  sampleHz: 100_000,
  supplyVolts: 3,
  statedError: 0.1,
  statedErrorSource: 'test',
  digitalInputs: 8,
  marker: 'level',
  secondsPerSecond: 1,
};

/** Samples whose value is their index; the marker is high in every second thousand. */
function block(first: number, count: number): { amperes: Float32Array; digital: Uint8Array } {
  return {
    amperes: Float32Array.from({ length: count }, (_, i) => first + i),
    digital: Uint8Array.from({ length: count }, (_, i) => Math.floor((first + i) / 1000) % 2),
  };
}

describe('a recording on disk', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'samples.lpr');
  let now = 0;

  before(async () => {
    const writer = await RecordingWriter.create(path, identity, () => now);
    for (let at = 0; at < 100_000; at += 700) {
      writer.samples(block(at, Math.min(700, 100_000 - at)));
      now = at / 100_000;
      writer.mark();
    }
    writer.gap({ missing: 5000, cause: 'counter' });
    writer.samples(block(105_000, 3000));
    writer.remark('hot');
    await writer.close();
    expect(writer.failure).to.equal(undefined);
  });

  after(() => {
    folder.remove();
  });

  it('comes back as it was, lost samples in their place', () => {
    const scan = scanRecording(readRecording(path));
    expect(scan).to.deep.include({ samples: 108_000, remarks: ['hot'], broken: undefined });
    expect(scan.gaps).to.deep.equal([{ start: 100_000, end: 105_000, missing: 5000, cause: 'counter' }]);
    expect(scan.windows[0]).to.deep.equal({ start: 1000, end: 2000 });
    const [sum] = sumRanges(readRecording(path), [{ start: 32_700.5, end: 32_800 }]);
    expect(sum.count).to.be.closeTo(99.5, 1e-9);
    const whole = Array.from({ length: 99 }, (_, i) => 32_701 + i).reduce((total, value) => total + value, 0);
    expect(sum.sum).to.be.closeTo(whole + 0.5 * 32_700, 1);
  });

  it('counts no sample of a gap', () => {
    const [sum] = sumRanges(readRecording(path), [{ start: 99_990, end: 105_010 }]);
    expect(sum.count).to.equal(20);
  });

  it('is readable up to where a crash cut it off, wherever that is', () => {
    const bytes = readFileSync(path);
    const cutPath = join(folder.path, 'cut.lpr');
    for (const length of [40, 400, 60_000, bytes.length - 40, bytes.length - 1]) {
      writeFileSync(cutPath, bytes);
      truncateSync(cutPath, length);
      const items = [...readRecording(cutPath)];
      expect(items.at(-1), `${length} bytes`).to.deep.include({ kind: 'broken', why: 'cut off' });
    }
  });

  it('ends where a byte is not what was written', () => {
    const bytes = readFileSync(path);
    bytes[200_000] ^= 1;
    const damaged = join(folder.path, 'damaged.lpr');
    writeFileSync(damaged, bytes);
    appendFileSync(damaged, 'more');
    const scan = scanRecording(readRecording(damaged));
    expect(scan.broken).to.equal('damaged');
    expect(scan.samples).to.be.within(20_000, 50_000);
  });
});

describe('the clock of a recording', () => {
  /** Marks every 100 ms of an axis that is late by `late(seconds)` seconds. */
  const marksOf = (late: (seconds: number) => number): { index: number; seconds: number }[] =>
    Array.from({ length: 100 }, (_, i) => ({
      seconds: i / 10,
      index: Math.round((i / 10 - late(i / 10)) * 100_000),
    }));

  it('finds what no counter tells: samples fewer than time has passed, for ever', () => {
    const losses = clockLosses({ identity, marks: marksOf((seconds) => (seconds > 5 ? 0.05 : 0)) });
    expect(losses).to.have.length(1);
    expect(losses[0].missing).to.be.within(4900, 5100);
    expect(losses[0].start).to.be.within(480_000, 510_000);
  });

  it('takes a stall after which everything comes for what it is', () => {
    const late = (seconds: number): number => (seconds > 5 && seconds < 5.5 ? seconds - 5 : 0);
    expect(clockLosses({ identity, marks: marksOf(late) })).to.deep.equal([]);
  });

  it('does not take two clocks that differ by 200 ppm for a loss', () => {
    for (const skew of [200e-6, -200e-6]) {
      expect(clockLosses({ identity, marks: marksOf((seconds) => skew * seconds) })).to.deep.equal([]);
    }
  });

  it('does not take the delays of a busy machine for a loss', () => {
    const late = (seconds: number): number => 0.2 * Math.abs(Math.sin(7 * seconds)) + 0.03;
    expect(clockLosses({ identity, marks: marksOf(late) })).to.deep.equal([]);
  });
});
