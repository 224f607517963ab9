import { stm32Crc } from '../../../src/core/stm32-crc.js';
import { xorOf } from '../../../src/flash/stm32-uart/frames.js';
import { pagesTouched } from '../../../src/flash/stm32-uart/page-layout.js';
import { findProduct } from '../../../src/flash/stm32-uart/products.js';
import type { FakePeer } from './memory-link.js';

const ACK = 0x79;
const NACK = 0x1f;
const BUSY = 0x76;
const BASE = 0x08000000;

export type Fault = 'nack' | 'silence' | 'busy' | 'garbage' | 'unplug';

export interface FakeLoaderOptions {
  readonly productId?: number;
  readonly commands?: readonly number[];
  readonly readProtected?: boolean;
  readonly flashBytes?: number;
  /** What happens in place of (or, for busy, before) the n-th answer. */
  readonly fault?: (answer: number) => Fault | undefined;
  readonly inSync?: boolean;
}

class Refused extends Error {}

/**
 * The device side of AN3155, written from the protocol's description and not from the host's code: waits for ever inside a
 * frame, as ROMs do, so that a lost byte must be filled up by the host.
 */
export class FakeLoader implements FakePeer {
  readonly flash: Uint8Array;
  /** One entry a change of the flash. */
  readonly log: string[] = [];
  started = false;
  /** Hears of every change before it is answered: bytes that were written, or 0 for an erased page. */
  onChange: ((bytes: number) => void) | undefined;
  answers = 0;
  private readonly input: number[] = [];
  private wanted = 1;
  private readonly machine: Generator<number, void, number[]>;

  constructor(
    private readonly send: (bytes: Uint8Array) => void,
    private readonly unplug: () => void = () => undefined,
    private readonly options: FakeLoaderOptions = {},
  ) {
    this.flash = new Uint8Array(options.flashBytes ?? 64 * 1024).fill(0xaa);
    this.machine = this.run();
    this.wanted = this.machine.next().value as number;
  }

  receive(bytes: Uint8Array): void {
    this.input.push(...bytes);
    while (this.input.length >= this.wanted) {
      const taken = this.input.splice(0, this.wanted);
      this.wanted = this.machine.next(taken).value as number;
    }
  }

  private *run(): Generator<number, void, number[]> {
    if (this.options.inSync !== true) {
      while ((yield 1)[0] !== 0x7f);
      this.tryAnswer([ACK]);
    }
    for (;;) {
      try {
        yield* this.command();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.send(Uint8Array.of(NACK));
      }
    }
  }

  private tryAnswer(bytes: number[]): void {
    try {
      this.answer(bytes);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.send(Uint8Array.of(NACK));
    }
  }

  private answer(bytes: readonly number[]): void {
    const step = this.answers++;
    const fault = this.options.fault?.(step);
    switch (fault) {
      case 'nack':
        throw new Refused();
      case 'silence':
        return;
      case 'garbage':
        this.send(Uint8Array.of(0x55));
        return;
      case 'unplug':
        this.unplug();
        return;
      case 'busy':
        this.send(Uint8Array.of(BUSY, BUSY, BUSY));
        break;
      case undefined:
    }
    this.send(Uint8Array.from(bytes));
  }

  private get commands(): readonly number[] {
    return this.options.commands ?? [0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0xa1];
  }

  private *command(): Generator<number, void, number[]> {
    const [code, complement] = yield 2;
    if ((code ^ complement) !== 0xff || !this.commands.includes(code)) throw new Refused();
    const open = [0x00, 0x01, 0x02];
    if (this.options.readProtected === true && !open.includes(code)) throw new Refused();
    this.answer([ACK]);
    switch (code) {
      case 0x00:
        this.answer([this.commands.length, 0x31, ...this.commands, ACK]);
        return;
      case 0x01:
        this.answer([0x31, 0, 0, ACK]);
        return;
      case 0x02: {
        const id = this.options.productId ?? 0x415;
        this.answer([1, id >> 8, id & 0xff, ACK]);
        return;
      }
      case 0x11:
        yield* this.read();
        return;
      case 0x21:
        if ((yield* this.address()) !== 0) throw new Refused();
        this.started = true;
        this.answer([ACK]);
        return;
      case 0x31:
        yield* this.write();
        return;
      case 0x43:
        yield* this.erase(1);
        return;
      case 0x44:
        yield* this.erase(2);
        return;
      case 0xa1:
        yield* this.checksum();
        return;
      default:
        throw new Refused();
    }
  }

  /** Offset in the flash. */
  private *address(): Generator<number, number, number[]> {
    const bytes = Uint8Array.from(yield 5);
    if (xorOf(bytes) !== 0) throw new Refused();
    const offset = new DataView(bytes.buffer).getUint32(0) - BASE;
    if (offset < 0 || offset >= this.flash.length) throw new Refused();
    return offset;
  }

  private *read(): Generator<number, void, number[]> {
    const offset = yield* this.address();
    this.answer([ACK]);
    const [count, complement] = yield 2;
    if ((count ^ complement) !== 0xff) throw new Refused();
    this.answer([ACK, ...this.flash.subarray(offset, offset + count + 1)]);
  }

  private *write(): Generator<number, void, number[]> {
    const offset = yield* this.address();
    this.answer([ACK]);
    const [count] = yield 1;
    const data = Uint8Array.from(yield count + 2);
    if ((xorOf(data) ^ count) !== 0 || offset % 4 !== 0 || (count + 1) % 4 !== 0) throw new Refused();
    this.log.push(`write ${offset}`);
    this.onChange?.(count + 1);
    // Flash bits only go from 1 to 0.
    data.subarray(0, count + 1).forEach((byte, i) => {
      this.flash[offset + i] &= byte;
    });
    this.answer([ACK]);
  }

  private *erase(width: 1 | 2): Generator<number, void, number[]> {
    const head = yield width;
    const count = head.reduce((value, byte) => value * 256 + byte, 0) + 1;
    if (count > (width === 1 ? 255 : 512)) throw new Refused();
    const rest = yield count * width + 1;
    if (xorOf(Uint8Array.from([...head, ...rest])) !== 0) throw new Refused();
    const layout = findProduct(this.options.productId ?? 0x415)!.layout;
    const pages = pagesTouched(layout, 0, this.flash.length);
    for (let i = 0; i < count; i++) {
      const number = rest.slice(i * width, (i + 1) * width).reduce((value, byte) => value * 256 + byte, 0);
      const page = pages.find((candidate) => candidate.number === number);
      if (page === undefined) throw new Refused();
      this.log.push(`erase ${number}`);
      this.onChange?.(0);
      this.flash.fill(0xff, page.offset, page.offset + page.bytes);
    }
    this.answer([ACK]);
  }

  private *checksum(): Generator<number, void, number[]> {
    const offset = yield* this.address();
    this.answer([ACK]);
    const bytes = Uint8Array.from(yield 5);
    const length = new DataView(bytes.buffer).getUint32(0);
    if (xorOf(bytes) !== 0 || length % 4 !== 0 || offset + length > this.flash.length) throw new Refused();
    this.answer([ACK]);
    const reply = new Uint8Array(4);
    new DataView(reply.buffer).setUint32(0, stm32Crc(this.flash.subarray(offset, offset + length)));
    this.answer([ACK, ...reply, xorOf(reply)]);
  }
}
