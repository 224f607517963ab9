import { FrameDecoder, encodeFrame } from '../../../src/measure/frames/frame-codec.js';
import type { FakePeer } from '../../flash/support/memory-link.js';

/** What a fault does to one frame of the device on its way to the host. */
export type LineFault = 'lost' | 'damaged' | 'twice' | 'reset' | 'unplug';

export interface FakeDeviceOptions {
  readonly target?: string;
  readonly modelHash?: string;
  readonly version?: number;
  readonly flags?: number;
  readonly counterHz?: number;
  readonly classes?: number;
  readonly layers?: number;
  readonly inputBytes?: number;
  /** In place of sending the n-th frame properly. */
  readonly fault?: (frame: number) => LineFault | undefined;
  /** Frames from the host that never arrive. */
  readonly deaf?: (frame: number) => boolean;
  /** Falsifies one logit of this sample. */
  readonly wrongSample?: number;
}

export const fakeHash = 'ab'.repeat(32);

/** The network that the fake runs: any function of the input will do, as long as the host's twin agrees. */
export function fakeLogits(input: Int8Array, classes: number): number[] {
  const sum = input.reduce((total, value, i) => total + value * ((i % 5) + 1), 0);
  return Array.from({ length: classes }, (_, k) => ((sum * (k + 3)) % 1009) - 500);
}

export function argmax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** The measuring firmware of docs/device-protocol.md, without a network. */
export class FakeDevice implements FakePeer {
  inferences = 0;
  framesSent = 0;
  framesReceived = 0;
  private decoder = new FrameDecoder();
  private sequence = 0;
  private traced = false;
  private loaded = new Set<number>();
  private readonly input: Int8Array;
  private readonly classes: number;
  private readonly layers: number;

  constructor(
    private readonly send: (bytes: Uint8Array) => void,
    private readonly unplug: () => void,
    private readonly options: FakeDeviceOptions = {},
  ) {
    this.classes = options.classes ?? 10;
    this.layers = options.layers ?? 2;
    this.input = new Int8Array(options.inputBytes ?? 300);
  }

  receive(bytes: Uint8Array): void {
    for (const decoded of this.decoder.push(bytes)) {
      if (decoded.kind === 'bad' || this.options.deaf?.(this.framesReceived) === true) {
        this.framesReceived += 1;
        continue;
      }
      this.framesReceived += 1;
      const { type, sequence, payload } = decoded.frame;
      this.command(type, sequence, new DataView(payload.buffer, payload.byteOffset, payload.length), payload);
    }
  }

  private command(type: number, sequence: number, fields: DataView, payload: Uint8Array): void {
    switch (type) {
      case 0x81:
        this.loaded.clear();
        this.traced = false;
        this.ack(type, sequence, 0);
        this.hello();
        return;
      case 0x82: {
        const offset = fields.getUint32(4, true);
        const data = payload.subarray(8);
        if (offset + data.length > this.input.length) {
          this.error(type, sequence, 3);
          return;
        }
        data.forEach((value, i) => {
          this.input[offset + i] = value;
          this.loaded.add(offset + i);
        });
        this.ack(type, sequence, offset + data.length);
        return;
      }
      case 0x83:
        if (this.loaded.size < this.input.length) {
          this.error(type, sequence, 4);
          return;
        }
        this.ack(type, sequence, 0);
        for (let i = 0; i < fields.getUint16(4, true); i++) this.infer(fields.getUint32(0, true));
        return;
      case 0x84:
        this.traced = payload[0] === 1;
        this.ack(type, sequence, 0);
        return;
      case 0x85:
        this.ack(type, sequence, 0);
        return;
      case 0x86:
        this.ack(type, sequence, 0);
        this.reset();
        return;
      case 0x87:
        this.ack(type, sequence, 0);
        this.ack(type, sequence, 0);
        return;
      case 0x88:
        this.ack(type, sequence, 0);
        this.frame(8, [...u32(4096), ...u32(1234), ...u32(5678)]);
        return;
      default:
        this.error(type, sequence, 1);
    }
  }

  private reset(): void {
    this.sequence = 0;
    this.traced = false;
    this.loaded.clear();
    this.hello();
  }

  private hello(): void {
    const { options } = this;
    const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
    this.frame(1, [
      ...[options.version ?? 1, options.flags ?? 3],
      ...u16(246),
      ...u32(25_000_000),
      ...u32(options.counterHz ?? 25_000_000),
      ...Buffer.from(options.modelHash ?? fakeHash, 'hex'),
      ...new Uint8Array(16).fill(0xcd),
      ...u32(this.input.length),
      ...u16(this.classes),
      4,
      ...u16(this.layers),
      ...text(options.target ?? 'fake-board'),
      ...text('litesnn 0.1.0'),
      ...text('measure'),
    ]);
  }

  private infer(sample: number): void {
    this.inferences += 1;
    const logits = fakeLogits(this.input, this.classes);
    if (this.options.wrongSample === sample) logits[0] += 1;
    for (let layer = 0; this.traced && layer <= this.layers; layer++) {
      this.frame(3, [
        ...u32(sample),
        ...u16(layer),
        ...u32(100 * (layer + 1)),
        ...u32(10 + layer),
        ...u32(20 + layer),
      ]);
    }
    const ticks = 1000 + (sample % 7);
    for (let first = 0; first < this.classes; first += 56) {
      const part = logits.slice(first, first + 56);
      const head = [...u32(sample), ...u16(argmax(logits)), 4, 0, ...u32(ticks), ...u32(0)];
      this.frame(2, [...head, ...u16(first), ...u16(part.length), ...part.flatMap(u32)]);
    }
  }

  private ack(command: number, sequence: number, next: number): void {
    this.frame(7, [command, sequence, ...u32(next)]);
  }

  private error(command: number, sequence: number, code: number): void {
    this.frame(6, [command, sequence, ...u16(code), ...Buffer.from('refused')]);
  }

  private frame(type: number, payload: readonly number[]): void {
    const wire = encodeFrame({ type, sequence: this.sequence, payload: Uint8Array.from(payload) });
    this.sequence = (this.sequence + 1) & 0xff;
    const fault = this.options.fault?.(this.framesSent);
    this.framesSent += 1;
    switch (fault) {
      case 'lost':
        return;
      case 'damaged':
        wire[Math.floor(wire.length / 2)] ^= 0x10;
        break;
      case 'twice':
        this.send(wire);
        break;
      case 'reset':
        this.send(wire);
        this.reset();
        return;
      case 'unplug':
        this.unplug();
        return;
      case undefined:
    }
    this.send(wire);
  }
}

function u16(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

function u32(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}
