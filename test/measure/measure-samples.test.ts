import { expect } from 'chai';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureSamples } from '../../src/measure/measure-samples.js';
import { spreadOf } from '../../src/measure/statistics.js';
import { fakeTarget } from '../flash/support/fixtures.js';
import { bench, closeBenches, failureOf, measureOptions, samples } from './support/bench.js';
import type { FakeDeviceOptions } from './support/fake-device.js';

describe('measuring samples', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'litesnn-measure-'));
  });

  afterEach(async () => {
    await closeBenches();
    rmSync(folder, { recursive: true });
  });

  it('compares every logit and sums up what the device said', async () => {
    const result = await measureSamples(bench().link, samples(20), measureOptions(folder));
    expect(result).to.include({
      provenance: 'simulated',
      samples: 20,
      correct: 15,
      accuracy: 0.75,
      resumedSamples: 0,
    });
    expect(result.agreement).to.deep.equal({
      samples: 20,
      logits: 200,
      mismatches: 0,
      samplesDiffering: 0,
      first: [],
    });
    expect(result.ticks).to.deep.equal({ median: 1003, p95: 1006, worst: 1006 });
    // 25 MHz ticks are 40 ns, an instruction takes 32 ns there, and 1.5 cycles of the real part's 25 MHz.
    expect(result.counts).to.equal('instructions');
    expect(result.units.median).to.equal(Math.round((1003 * 40) / 32));
    expect(result.latency.kind).to.equal('estimated');
    expect(result.latency.seconds.median).to.be.closeTo((1254 * 1.5) / 25e6, 1e-12);
    expect(result.layers?.map((layer) => layer.name)).to.deep.equal(['stem', 'cell', 'head']);
    expect(result.layers?.[1]).to.include({ ticks: 200, units: 250, spikesIn: 11, spikesOut: 21 });
    expect(result.memory).to.deep.equal({
      stackUsedBytes: 1234,
      stackReservedBytes: 4096,
      contextBytes: 5678,
    });
    const lines = readFileSync(join(folder, 'results.jsonl'), 'utf8').trim().split('\n');
    expect(lines).to.have.length(20);
    expect(JSON.parse(lines[7])).to.include({ sample: 7, ticks: 1000 });
  });

  it('finds the one logit that differs, and a wrong spike count', async () => {
    const wrong = await measureSamples(bench({ wrongSample: 4 }).link, samples(8), measureOptions(folder));
    expect(wrong.agreement).to.include({ mismatches: 1, samplesDiffering: 1 });
    expect(wrong.agreement.first[0]).to.include({ sample: 4, what: 'logit', index: 0 });
    const options = measureOptions(join(folder, 'spikes'));
    const spikes = await measureSamples(bench().link, samples(2), {
      ...options,
      reference: (input) => ({ ...options.reference(input), spikesIn: [10, 11], spikesOut: [20, 999] }),
    });
    expect(spikes.agreement).to.include({ mismatches: 2, samplesDiffering: 2 });
    expect(spikes.agreement.first[0]).to.deep.equal({
      sample: 0,
      what: 'spikesOut',
      index: 1,
      expected: 999,
      found: 21,
    });
  });

  it('calls nothing measured that an emulator had a part in, and cycles what are cycles', async () => {
    const real = { ...fakeTarget, counter: { ...fakeTarget.counter, counts: 'cycles' as const } };
    const cases: [number, string, string][] = [
      [0, 'measured', 'measured'],
      [2, 'simulated', 'simulated'],
    ];
    for (const [flags, provenance, kind] of cases) {
      const options = measureOptions(join(folder, provenance), { target: real });
      const result = await measureSamples(bench({ flags }).link, samples(2), options);
      expect(result.provenance).to.equal(provenance);
      expect(result.latency.kind).to.equal(kind);
      expect(result.latency.seconds.worst).to.be.closeTo(1001 / 25e6, 1e-12);
    }
  });

  it('refuses a device whose figures would be another’s', async () => {
    const cases: [FakeDeviceOptions, string, number][] = [
      [{ version: 2 }, 'DEVICE_PROTOCOL_VERSION', 6],
      [{ target: 'other-board' }, 'DEVICE_WRONG_TARGET', 6],
      [{ flags: 0 }, 'DEVICE_WRONG_COUNTER', 6],
      [{ counterHz: 1000 }, 'DEVICE_WRONG_COUNTER', 6],
      [{ modelHash: '00'.repeat(32) }, 'MEASURE_WRONG_MODEL', 8],
      [{ classes: 9 }, 'MEASURE_WRONG_MODEL', 8],
      [{ inputBytes: 299 }, 'MEASURE_WRONG_MODEL', 8],
    ];
    for (const [options, code, exitCode] of cases) {
      const error = await failureOf(measureSamples(bench(options).link, samples(2), measureOptions(folder)));
      expect(error, JSON.stringify(options)).to.include({ code, exitCode });
    }
    expect(existsSync(join(folder, 'results.jsonl'))).to.equal(false);
    const none = measureSamples(bench().link, samples(2), measureOptions(folder, { limit: 0 }));
    expect(await failureOf(none)).to.include({ code: 'MEASURE_NO_SAMPLES', exitCode: 2 });
  });

  it('continues where a pulled cable, a cut line or a signal left it', async () => {
    const cut = bench({ fault: (frame) => (frame === 60 ? 'unplug' : undefined) });
    expect(await failureOf(measureSamples(cut.link, samples(20), measureOptions(folder)))).to.include({
      code: 'PORT_LOST',
    });
    appendFileSync(join(folder, 'results.jsonl'), '{"sample":19,"label":1,"cla');
    const done = cut.device.inferences - 1;
    expect(done).to.be.greaterThan(3);

    const controller = new AbortController();
    const second = bench({
      fault: (frame) => {
        if (frame === 40) controller.abort();
        return undefined;
      },
    });
    const stopped = measureSamples(
      second.link,
      samples(20),
      measureOptions(folder, { signal: controller.signal }),
    );
    expect(await failureOf(stopped)).to.include({ code: 'INTERRUPTED', exitCode: 130 });
    expect(second.wire.closed).to.equal(true);

    const third = bench();
    const result = await measureSamples(third.link, samples(20), measureOptions(folder));
    expect(result.resumedSamples).to.be.greaterThan(done);
    expect(third.device.inferences).to.equal(20 - result.resumedSamples);
    expect(result).to.include({ samples: 20, correct: 15 });
    expect(result.agreement).to.include({ samples: 20, mismatches: 0 });
    const again = await measureSamples(bench().link, samples(20), measureOptions(folder));
    expect(again.resumedSamples).to.equal(20);
  });

  it('keeps what belongs to another firmware, data set or a damaged session aside', async () => {
    await measureSamples(bench().link, samples(3), measureOptions(folder));
    const other = await measureSamples(
      bench().link,
      samples(3),
      measureOptions(folder, { datasetHash: 'other' }),
    );
    expect(other.resumedSamples).to.equal(0);
    writeFileSync(join(folder, 'session.json'), '{ broken');
    const after = await measureSamples(
      bench().link,
      samples(3),
      measureOptions(folder, { datasetHash: 'other' }),
    );
    expect(after.resumedSamples).to.equal(0);
    const names = [
      'results.1.jsonl',
      'results.2.jsonl',
      'results.jsonl',
      'session.1.json',
      'session.2.json',
      'session.json',
    ];
    expect(readdirSync(folder).sort()).to.deep.equal(names);
  });

  it('gives percentiles that occurred', () => {
    expect(spreadOf([5])).to.deep.equal({ median: 5, p95: 5, worst: 5 });
    expect(spreadOf(Array.from({ length: 100 }, (_, i) => 100 - i))).to.deep.equal({
      median: 50,
      p95: 95,
      worst: 100,
    });
  });
});
