import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildBootloader, buildFirmware } from '../../src/build/build.js';
import type { FirmwareImage } from '../../src/build/image.js';
import { startVirtualBoard } from '../../src/emulator/start.js';
import { SerialLink } from '../../src/flash/link/serial-link.js';
import { encodeFrame, FrameDecoder } from '../../src/measure/frames/frame-codec.js';
import { parseDeviceFrame } from '../../src/measure/frames/parse.js';
import type { DeviceFrame } from '../../src/measure/frames/types.js';
import type { Target } from '../../src/targets/target.js';
import { flasherOf } from '../../src/targets/ways.js';
import { temporaryFolder, writeBootloader } from '../support/firmware-project.js';
import { RawLoader } from './raw-loader.js';

export type FrameOf<K extends DeviceFrame['kind']> = Extract<DeviceFrame, { kind: K }>;

const FRAME_LIMIT_MS = 20_000;

/** An emulated board that runs a measuring application, and its line: frames one at a time, nothing sent by itself. */
export class Device {
  private readonly decoder = new FrameDecoder();
  private readonly waiting: DeviceFrame[] = [];

  private constructor(
    readonly image: FirmwareImage,
    private readonly link: SerialLink,
    readonly stop: () => Promise<void>,
  ) {}

  /** Builds, boots, flashes and starts the project that `write` makes. */
  static async start(target: Target, write: (folder: string) => void): Promise<Device> {
    const folder = temporaryFolder();
    const [resident, application] = ['bootloader', 'application'].map((name) => join(folder.path, name));
    writeBootloader(resident, target);
    write(application);
    const { elf } = await buildBootloader(resident, target);
    const image = await buildFirmware(application, target);
    const board = await startVirtualBoard(target, { kernel: elf });
    const link = await SerialLink.open({ path: board.port, baud: target.uart.baud });
    const device = new Device(image, link, async () => {
      await link.close();
      await board.stop();
      folder.remove();
    });
    await flash(new RawLoader(link), target, readFileSync(image.bin));
    return device;
  }

  async send(type: number, sequence: number, payload: readonly number[] | Uint8Array = []): Promise<void> {
    await this.raw(encodeFrame({ type, sequence, payload: Uint8Array.from(payload) }));
  }

  async raw(bytes: Uint8Array): Promise<void> {
    await this.link.write(bytes);
  }

  /** The next frame, which must be of this kind. */
  async next<K extends DeviceFrame['kind']>(kind: K): Promise<FrameOf<K>> {
    const frame = await this.nextFrame(FRAME_LIMIT_MS);
    expect(frame?.kind, JSON.stringify(frame)).to.equal(kind);
    return frame as FrameOf<K>;
  }

  /** Undefined when none came in time. */
  async nextFrame(limitMs: number): Promise<DeviceFrame | undefined> {
    while (this.waiting.length === 0) {
      const chunk = await this.link.readSome(512, limitMs);
      if (chunk.length === 0) return undefined;
      for (const decoded of this.decoder.push(chunk)) {
        expect(decoded.kind).to.equal('frame');
        if (decoded.kind === 'frame') this.waiting.push(parseDeviceFrame(decoded.frame));
      }
    }
    return this.waiting.shift();
  }

  /** Sends a command and takes the answer that is for it. */
  async ask(type: number, sequence: number, payload: readonly number[] | Uint8Array = []): Promise<number> {
    await this.send(type, sequence, payload);
    const ack = await this.next('ack');
    expect([ack.command, ack.sequence]).to.deep.equal([type, sequence]);
    return ack.next;
  }

  /** Sends a command that must fail; returns the error's code. */
  async refused(
    type: number,
    sequence: number,
    payload: readonly number[] | Uint8Array = [],
  ): Promise<number> {
    await this.send(type, sequence, payload);
    const error = await this.next('error');
    expect([error.command, error.sequence]).to.deep.equal([type, sequence]);
    expect(error.text).not.to.equal('');
    return error.code;
  }

  /** Loads a whole input in parts. */
  async load(input: Uint8Array, partBytes = 238): Promise<void> {
    for (let offset = 0; offset < input.length; offset += partBytes) {
      const part = input.subarray(offset, offset + partBytes);
      expect(await this.ask(0x82, offset & 0xff, [...u32(1), ...u32(offset), ...part])).to.equal(
        offset + part.length,
      );
    }
  }
}

export function u16(value: number): number[] {
  return [value & 0xff, value >> 8];
}

export function u32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
}

async function flash(loader: RawLoader, target: Target, bin: Buffer): Promise<void> {
  const flasher = flasherOf(target, 'stm32-uart');
  // A part whose clocks take their time does not hear the first one.
  let answer = await loader.ask(0x7f);
  for (let attempt = 1; answer === 'nothing' && attempt < 5; attempt++) answer = await loader.ask(0x7f);
  expect(answer).to.equal('ACK');
  const pages = Math.ceil(bin.length / flasher.pageBytes);
  expect(await loader.erase(...Array.from({ length: pages }, (_, page) => page))).to.equal('ACK');
  for (let offset = 0; offset < bin.length; offset += 256) {
    expect(await loader.write(flasher.wireBase + offset, [...bin.subarray(offset, offset + 256)])).to.equal(
      'ACK',
    );
  }
  await loader.command(0x21);
  expect(await loader.word(flasher.wireBase)).to.equal('ACK');
}
