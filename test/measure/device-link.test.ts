import { expect } from 'chai';
import { argmax, fakeLogits, type LineFault } from './support/fake-device.js';
import { bench, closeBenches, failureOf } from './support/bench.js';

const input = Int8Array.from({ length: 300 }, (_, i) => (i * 37) % 256);
const logits = fakeLogits(input, 10);

describe('device link', () => {
  afterEach(closeBenches);

  it('says hello, loads in parts, infers with trace, and asks for memory', async () => {
    const { link, device } = bench();
    expect(await link.hello()).to.include({
      target: 'fake-board',
      classes: 10,
      emulated: true,
      application: 'measure',
    });
    await link.trace(true);
    const [inference] = await link.infer(5, input);
    expect(inference).to.deep.include({ classIndex: argmax(logits), timesteps: 4, ticks: 1005, logits });
    expect(inference.layers).to.deep.equal([
      { ticks: 100, spikesIn: 10, spikesOut: 20 },
      { ticks: 200, spikesIn: 11, spikesOut: 21 },
      { ticks: 300, spikesIn: 12, spikesOut: 22 },
    ]);
    await link.trace(false);
    const repeated = await link.infer(6, input, { repeat: 3 });
    expect(repeated.map((one) => one.layers)).to.deep.equal([undefined, undefined, undefined]);
    expect(device.inferences).to.equal(4);
    expect(await link.memory()).to.include({ stackUsed: 1234, ramBytes: 5678 });
    await link.marker(3);
    await link.sleep(1);
    await link.reset();
    expect(link.counters).to.include({ badFrames: 0, lostFrames: 0, resent: 0, repeatedInferences: 0 });
  });

  it('puts the logits of many classes together', async () => {
    const { link } = bench({ classes: 130 });
    const [inference] = await link.infer(1, input);
    expect(inference.logits).to.deep.equal(fakeLogits(input, 130));
  });

  it('hands every frame to whoever listens', async () => {
    const { link } = bench();
    const kinds: string[] = [];
    const stop = link.onFrame((frame) => kinds.push(frame.kind));
    await link.infer(1, input);
    stop();
    await link.memory();
    expect(kinds).to.deep.equal(['ack', 'hello', 'ack', 'ack', 'ack', 'result']);
  });

  it('computes alongside the device once it runs', async () => {
    const { link } = bench();
    let called = 0;
    await link.infer(1, input, { whileRunning: () => (called += 1) });
    expect(called).to.equal(1);
  });

  it('refuses what the device refuses, and tells silence from a lost port', async () => {
    const { link } = bench({ inputBytes: 100 });
    expect(await failureOf(link.infer(1, input))).to.include({ code: 'DEVICE_REFUSED', exitCode: 6 });
    const deaf = bench({ deaf: () => true });
    expect(await failureOf(deaf.link.hello())).to.include({ code: 'DEVICE_SILENT', exitCode: 6 });
    const gone = bench();
    gone.wire.unplug();
    expect(await failureOf(gone.link.hello())).to.include({ code: 'PORT_LOST', exitCode: 6 });
  });

  it('notices another firmware that answers in the middle', async () => {
    const { link, wire } = bench();
    await link.hello();
    wire.peer = undefined;
    const other = bench({ modelHash: '11'.repeat(32) });
    wire.peer = other.device;
    other.wire.deliver = (bytes) => {
      wire.deliver(bytes);
    };
    expect(await failureOf(link.hello())).to.include({ code: 'DEVICE_CHANGED' });
  });
});

describe('device link under faults at every single frame', function () {
  afterEach(closeBenches);

  const run = async (fault?: (frame: number) => LineFault | undefined, deaf?: (frame: number) => boolean) => {
    const parts = bench({
      ...(fault === undefined ? {} : { fault }),
      ...(deaf === undefined ? {} : { deaf }),
    });
    await parts.link.hello();
    await parts.link.trace(true);
    const answers = [await parts.link.infer(1, input), await parts.link.infer(2, input)];
    return { ...parts, answers };
  };

  for (const fault of ['lost', 'damaged', 'twice', 'reset'] as const) {
    it(`${fault}: the same answers in the end`, async () => {
      const clean = await run();
      for (let step = 0; step < clean.device.framesSent; step++) {
        const { answers } = await run((frame) => (frame === step ? fault : undefined));
        expect(answers, `${fault} at frame ${step}`).to.deep.equal(clean.answers);
      }
    });
  }

  it('commands that do not arrive are sent again', async () => {
    const clean = await run();
    for (let step = 0; step < clean.device.framesReceived; step++) {
      const { answers, link } = await run(undefined, (frame) => frame === step);
      expect(answers, `command ${step}`).to.deep.equal(clean.answers);
      expect(link.counters.resent + link.counters.repeatedInferences, `command ${step}`).to.be.greaterThan(0);
    }
  });

  it('unplugged: PORT_LOST', async () => {
    const clean = await run();
    for (let step = 0; step < clean.device.framesSent; step++) {
      const failure = await failureOf(run((frame) => (frame === step ? 'unplug' : undefined)));
      expect(failure.code, `at frame ${step}`).to.equal('PORT_LOST');
    }
  });
});
