import { expect } from 'chai';
import { renderFirmware } from '../../src/codegen/firmware/firmware.js';
import { renderRuntime } from '../../src/codegen/library/render.js';
import { toolVersion } from '../../src/core/version.js';
import { encodeFrame } from '../../src/measure/frames/frame-codec.js';
import { loadTarget } from '../../src/targets/load.js';
import { projectCommand, projectModelHash, writeProject } from '../support/firmware-project.js';
import { Device, u16, u32 } from './device.js';
import { doubleClasses, doubleInputBytes, doubleLibrary } from './double-library.js';

const HELLO = 0x81;
const LOAD = 0x82;
const INFER = 0x83;
const TRACE = 0x84;

/** Rounds of two instructions, or milliseconds of sleep, that the double's network takes. */
function inputOf(amount: number, sleep = false): Uint8Array {
  const input = new Uint8Array(doubleInputBytes);
  input.set([...u32(amount), sleep ? 1 : 0]);
  input[doubleInputBytes - 1] = 42;
  return input;
}

describe('measuring application in QEMU', function () {
  const target = loadTarget('mps2-an386');
  let device: Device;

  const instructions = (ticks: number) =>
    Math.round(
      (ticks * 1e9) /
        target.counter.hz /
        2 ** (target.emulator?.kind === 'qemu' ? target.emulator.icountShift : 0),
    );
  const infer = async (repeat = 1) => {
    await device.ask(INFER, 9, [...u32(77), ...u16(repeat)]);
  };
  const result = async () => {
    const first = await device.next('result');
    const second = await device.next('result');
    expect([first.first, second.first]).to.deep.equal([0, 56]);
    expect(second.ticks).to.equal(first.ticks);
    return { ...first, logits: [...first.logits, ...second.logits] };
  };

  before(async () => {
    device = await Device.start(target, (folder) => {
      const about = { command: projectCommand, modelHash: projectModelHash };
      const [runtimeHeader] = renderRuntime(about);
      const library = doubleLibrary(runtimeHeader);
      writeProject(folder, [
        ...library,
        ...renderFirmware(target, { ...about, application: 'measure', library }),
      ]);
    });
  });

  after(async () => {
    await (device as Device | undefined)?.stop();
  });

  it('says hello by itself after reset', async () => {
    const hello = await device.next('hello');
    expect(hello).to.deep.equal({
      kind: 'hello',
      version: 1,
      countsInstructions: true,
      emulated: true,
      maxPayload: 246,
      clockHz: 25_000_000,
      counterHz: 25_000_000,
      modelHash: '010203'.padEnd(64, '0'),
      buildId: device.image.buildId,
      inputBytes: doubleInputBytes,
      classes: doubleClasses,
      timesteps: 3,
      layers: 1,
      target: 'mps2-an386',
      tool: toolVersion,
      application: 'measure',
    });
  });

  it('answers hello with ack, then hello', async () => {
    await device.ask(HELLO, 200);
    expect((await device.next('hello')).buildId).to.equal(device.image.buildId);
  });

  describe('after a hello', () => {
    beforeEach(async () => {
      await device.ask(HELLO, 0);
      await device.next('hello');
    });

    it('knows which bytes of the input are missing, in whatever order they come', async () => {
      const input = inputOf(10);
      const part = (offset: number, length: number) => [
        ...u32(1),
        ...u32(offset),
        ...input.subarray(offset, offset + length),
      ];
      expect(await device.refused(INFER, 1, [...u32(1), ...u16(1)])).to.equal(4);
      expect(await device.ask(LOAD, 2, part(400, 200))).to.equal(600);
      expect(await device.ask(LOAD, 3, part(0, 200))).to.equal(200);
      expect(await device.ask(LOAD, 3, part(0, 200)), 'again').to.equal(200);
      expect(await device.ask(LOAD, 4, part(201, 199))).to.equal(400);
      expect(await device.refused(INFER, 5, [...u32(1), ...u16(1)]), 'byte 200').to.equal(4);
      expect(await device.ask(LOAD, 6, part(200, 1))).to.equal(201);
      await infer();
      expect((await result()).sample).to.equal(77);
      await device.ask(HELLO, 7);
      await device.next('hello');
      expect(await device.refused(INFER, 8, [...u32(1), ...u16(1)]), 'forgotten').to.equal(4);
    });

    it('refuses what it cannot do, each with its code', async () => {
      expect(await device.refused(0x90, 1)).to.equal(1);
      expect(await device.refused(0x01, 2)).to.equal(1);
      for (const [type, payload] of [
        [HELLO, [0]],
        [LOAD, [...u32(1), ...u32(0)]],
        [LOAD, [1, 2, 3]],
        [INFER, [1, 2, 3, 4, 5]],
        [INFER, [1, 2, 3, 4, 5, 6, 7]],
        [TRACE, []],
        [TRACE, [2]],
        [0x85, []],
        [0x86, [0]],
        [0x87, [1, 2, 3]],
        [0x88, [0]],
      ] as const) {
        expect(await device.refused(type, 3, payload), `${type}`).to.equal(2);
      }
      expect(await device.refused(LOAD, 4, [...u32(1), ...u32(doubleInputBytes), 0])).to.equal(3);
      expect(await device.refused(LOAD, 5, [...u32(1), ...u32(doubleInputBytes - 1), 0, 0])).to.equal(3);
      expect(await device.refused(LOAD, 6, [...u32(1), ...u32(0xffff_fffc), 0, 0, 0, 0, 0])).to.equal(3);
      await device.load(inputOf(10));
      expect(await device.refused(INFER, 7, [...u32(1), ...u16(0)])).to.equal(5);
    });

    it('gives every logit, in frames of 56, as often as asked', async () => {
      await device.load(inputOf(10));
      await infer(3);
      for (let i = 0; i < 3; i++) {
        const { sample, classIndex, timesteps, logits } = await result();
        expect([sample, classIndex, timesteps]).to.deep.equal([77, 7, 3]);
        expect(logits).to.deep.equal(Array.from({ length: doubleClasses }, (_, k) => 42 - 1000 * k));
      }
    });

    it('counts instructions exactly', async () => {
      const counted: number[] = [];
      for (const rounds of [1000, 2000, 1_000_000]) {
        await device.load(inputOf(rounds));
        await infer();
        counted.push(instructions((await result()).ticks));
      }
      // Three times the rounds, two instructions each; the rest is the same for all. One tick is 0.6 of an instruction.
      expect(counted[1] - counted[0]).to.be.closeTo(6000, 1);
      expect(counted[2] - counted[0]).to.be.closeTo(6 * 999_000, 1);
      expect(counted[0] - 6000).to.be.within(1, 2000);
    });

    it('counts past 32 bits', async () => {
      // 400 s at 25 MHz are 2.3 rounds of the timer. The emulator skips the time that is slept, and QEMU 7.2 may skip up
      // to twice as much (docs/boards.md).
      await device.load(inputOf(400_000, true));
      await infer();
      const { ticks } = await result();
      expect(ticks / target.counter.hz).to.be.within(400, 801);
    });

    it('times every layer without the counting of spikes', async () => {
      await device.load(inputOf(1000));
      await infer();
      const plain = instructions((await result()).ticks);
      await device.ask(TRACE, 1, [1]);
      await infer();
      const layers = [await device.next('trace'), await device.next('trace')];
      const traced = instructions((await result()).ticks);
      expect(
        layers.map(({ sample, layer, spikesIn, spikesOut }) => ({ sample, layer, spikesIn, spikesOut })),
      ).to.deep.equal([
        { sample: 77, layer: 0, spikesIn: 100, spikesOut: 200 },
        { sample: 77, layer: 1, spikesIn: 101, spikesOut: 201 },
      ]);
      const [first, second] = layers.map(({ ticks }) => instructions(ticks));
      expect(second - first).to.be.closeTo(2000, 1);
      expect(first).to.be.within(2000, 2100);
      // Counting took 20,000 instructions and more; the hook's own calls are what is left.
      expect(traced - plain).to.be.within(0, 600);
      await device.ask(TRACE, 2, [0]);
      await infer();
      await result();
      expect(await device.nextFrame(100)).to.equal(undefined);
    });

    it('ends tracing at a hello, and a long order', async () => {
      await device.load(inputOf(1_000_000));
      await device.ask(TRACE, 1, [1]);
      await infer(65_535);
      await device.next('trace');
      await device.send(HELLO, 5);
      let frame = await device.nextFrame(5000);
      for (let frames = 0; frame !== undefined && frame.kind !== 'ack' && frames < 200; frames++)
        frame = await device.nextFrame(5000);
      expect(frame).to.include({ kind: 'ack', command: HELLO, sequence: 5 });
      await device.next('hello');
      expect(await device.nextFrame(200)).to.equal(undefined);
      await device.load(inputOf(10));
      await infer();
      await result();
    });

    it('drops damaged frames, tells how many, and answers the next', async () => {
      const good = encodeFrame({ type: 0x88, sequence: 1, payload: new Uint8Array(0) });
      await device.raw(Uint8Array.from([0, 0, ...good.map((byte, i) => (i === 1 ? byte ^ 0x10 : byte))]));
      await device.raw(Uint8Array.from([...Array.from({ length: 400 }, () => 0x55), 0]));
      await device.raw(Uint8Array.from([9, 1, 0, 1, 0]));
      await device.raw(good.slice(0, 3));
      expect(await device.nextFrame(150)).to.equal(undefined);
      await device.raw(good.slice(3));
      await device.next('ack');
      await device.next('memory');
      await device.ask(HELLO, 2);
      await device.next('hello');
      expect((await device.next('log')).text).to.equal('4 damaged frames dropped, 0 bytes lost');
    });

    it('loses nothing that comes while it computes', async () => {
      await device.load(inputOf(1_000_000));
      await infer();
      for (let i = 0; i < 60; i++) await device.send(0x88, i);
      await result();
      for (let i = 0; i < 60; i++) {
        expect((await device.next('ack')).sequence).to.equal(i);
        await device.next('memory');
      }
    });

    it('looks at its stack, which stays below the computed bound', async () => {
      await device.ask(0x88, 1);
      const { stackBytes, stackUsed, ramBytes } = await device.next('memory');
      expect(stackUsed).to.be.within(200, device.image.stackBytes);
      expect(stackBytes).to.equal(target.memory.ram.bytes - device.image.staticRamBytes);
      expect(ramBytes).to.equal(8);
    });

    it('pulses the marker, sleeps, and says when it is back', async () => {
      await device.ask(0x85, 1, [5]);
      await device.ask(0x85, 2, [0]);
      await device.ask(0x87, 3, u32(2000));
      expect(await device.next('ack')).to.include({ command: 0x87, sequence: 3 });
      await device.ask(0x87, 4, u32(0));
      await device.next('ack');
    });
  });

  it('resets when asked, and says hello again through the bootloader', async () => {
    await device.ask(0x86, 1);
    const hello = await device.nextFrame(20_000);
    expect(hello?.kind).to.equal('hello');
  });
});
