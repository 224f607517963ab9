import {
  Command,
  MAX_BLOCK_BYTES,
  MAX_EXTENDED_PAGES,
  MAX_LEGACY_PAGES,
  addressFrame,
  checksumLengthFrame,
  extendedEraseFrame,
  legacyEraseFrame,
  readLengthFrame,
  writeDataFrame,
} from './frames.js';
import { stepFault } from './loader-errors.js';
import type { Page } from './page-layout.js';
import {
  type LoaderVersion,
  ReplyByte,
  parseChecksum,
  parseGet,
  parseProductId,
  versionText,
} from './replies.js';
import { checksumLimitMs, eraseLimitMs } from './time-limits.js';
import type { LoaderTransport } from './transport.js';

/** One of the device's commands a method (AN3155); each rejects with a step fault that says where it was. */
export class Stm32Loader {
  constructor(private readonly transport: LoaderTransport) {}

  sync(): Promise<void> {
    return this.transport.sync();
  }

  resync(): Promise<void> {
    return this.transport.resync();
  }

  async get(): Promise<LoaderVersion> {
    const step = 'Get';
    await this.transport.command(Command.get, step);
    const [count] = await this.transport.receive(1, step);
    const body = await this.transport.receive(count + 1, step);
    await this.expectAck(step);
    return parseGet(body);
  }

  /** Version of the loader, `3.1`. */
  async getVersion(): Promise<string> {
    const step = 'Get Version';
    await this.transport.command(Command.getVersion, step);
    const bytes = await this.transport.receive(3, step);
    // Loader 13.1 of STM32L412/L422 sends one ACK too many after the sync, seen here before the version (as stm32flash notes).
    if (bytes[0] === ReplyByte.ack && bytes[1] === 0x31) {
      await this.transport.receive(1, step);
      await this.expectAck(step);
      return versionText(bytes[1]);
    }
    await this.expectAck(step);
    return versionText(bytes[0]);
  }

  async getId(): Promise<number> {
    const step = 'Get ID';
    await this.transport.command(Command.getId, step);
    const [count] = await this.transport.receive(1, step);
    const id = parseProductId(await this.transport.receive(count + 1, step));
    await this.expectAck(step);
    if (id === undefined) throw stepFault('FLASH_BAD_REPLY', step, `a product id of ${count + 1} bytes`);
    return id;
  }

  /** 1..256 bytes. */
  async read(address: number, count: number): Promise<Uint8Array> {
    const step = `Read of ${count} bytes at ${hex(address)}`;
    const { limits } = this.transport;
    await this.transport.command(Command.read, step);
    await this.transport.exchange(addressFrame(address), step, limits.replyMs);
    await this.transport.exchange(readLengthFrame(count), step, limits.replyMs);
    return this.transport.receive(count, step);
  }

  /** Any number of bytes, a block at a time. */
  async readAll(address: number, length: number, onBlock?: (done: number) => void): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += MAX_BLOCK_BYTES) {
      const count = Math.min(MAX_BLOCK_BYTES, length - offset);
      bytes.set(await this.read(address + offset, count), offset);
      onBlock?.(offset + count);
    }
    return bytes;
  }

  /** 1..256 bytes, a multiple of what the part programs at once. ACK comes after programming. */
  async write(address: number, data: Uint8Array): Promise<void> {
    const step = `Write of ${data.length} bytes at ${hex(address)}`;
    const { limits } = this.transport;
    // Made before the first byte goes out: between two frames the wire would wait for it.
    const frames = { address: addressFrame(address), data: writeDataFrame(data) };
    await this.transport.command(Command.write, step);
    await this.transport.exchange(frames.address, step, limits.replyMs);
    await this.transport.exchange(frames.data, step, limits.writeMs);
  }

  /** Erases pages by the command that the loader lists; long lists are split. `onPages` hears how many are done. */
  async erase(
    pages: readonly Page[],
    commands: readonly number[],
    onPages?: (done: number) => void,
  ): Promise<void> {
    const extended = commands.includes(Command.extendedErase);
    const most = extended ? MAX_EXTENDED_PAGES : MAX_LEGACY_PAGES;
    for (let first = 0; first < pages.length; first += most) {
      const part = pages.slice(first, first + most);
      const numbers = part.map((page) => page.number);
      const step = `Erase of pages ${numbers[0]} to ${numbers[numbers.length - 1]}`;
      const bytes = part.reduce((sum, page) => sum + page.bytes, 0);
      await this.transport.command(extended ? Command.extendedErase : Command.erase, step);
      const frame = extended ? extendedEraseFrame(numbers) : legacyEraseFrame(numbers);
      await this.transport.exchange(frame, step, eraseLimitMs(this.transport.limits, part.length, bytes));
      onPages?.(first + part.length);
    }
  }

  /** Starts what has its vector table at this address. */
  async go(address: number): Promise<void> {
    const step = `Go to ${hex(address)}`;
    await this.transport.command(Command.go, step);
    await this.transport.exchange(addressFrame(address), step, this.transport.limits.replyMs);
  }

  /** CRC of the device's CRC unit (see `stm32Crc`); address and length are multiples of 4. */
  async getChecksum(address: number, length: number): Promise<number> {
    const step = `Get Checksum of ${length} bytes at ${hex(address)}`;
    const { limits } = this.transport;
    await this.transport.command(Command.getChecksum, step);
    await this.transport.exchange(addressFrame(address), step, limits.replyMs);
    await this.transport.exchange(checksumLengthFrame(length), step, limits.replyMs);
    await this.transport.expectAck(step, checksumLimitMs(limits, length));
    const crc = parseChecksum(await this.transport.receive(5, step));
    if (crc === undefined)
      throw stepFault('FLASH_BAD_REPLY', step, 'the answer has a wrong checksum of its own');
    return crc;
  }

  private expectAck(step: string): Promise<void> {
    return this.transport.expectAck(step, this.transport.limits.replyMs);
  }
}

function hex(address: number): string {
  return `0x${(address >>> 0).toString(16).padStart(8, '0')}`;
}
