import type { SerialLink } from '../../src/flash/link/serial-link.js';

/** A byte that the loader answers with, as text, so that a failed expectation can be read. */
export type Answer = 'ACK' | 'NACK' | 'nothing' | `byte ${string}`;

/** Far more than any answer takes: what is tested here is the answer, on machines that may be busy. */
const ANSWER_LIMIT_MS = 20_000;

/** Speaks AN3155 byte by byte, right or wrong, independently of the host implementation in src/flash. */
export class RawLoader {
  constructor(private readonly link: SerialLink) {}

  async send(...bytes: readonly number[]): Promise<void> {
    await this.link.write(Uint8Array.from(bytes));
  }

  async answer(limitMs = ANSWER_LIMIT_MS): Promise<Answer> {
    const [byte] = await this.link.read(1, limitMs);
    if (byte === 0x79) return 'ACK';
    if (byte === 0x1f) return 'NACK';
    return (byte as number | undefined) === undefined ? 'nothing' : `byte ${byte.toString(16)}`;
  }

  /** Sends, and waits for one byte. */
  async ask(...bytes: readonly number[]): Promise<Answer> {
    await this.send(...bytes);
    return this.answer();
  }

  async bytes(count: number): Promise<Buffer> {
    return Buffer.from(await this.link.read(count, ANSWER_LIMIT_MS));
  }

  command(code: number): Promise<Answer> {
    return this.ask(code, code ^ 0xff);
  }

  /** A big-endian word and its checksum: an address or a length. */
  word(value: number): Promise<Answer> {
    return this.ask(...withXor(bigEndian(value)));
  }

  async read(address: number, count: number): Promise<Buffer> {
    await this.command(0x11);
    await this.word(address);
    await this.ask(count - 1, (count - 1) ^ 0xff);
    return this.bytes(count);
  }

  /** Answer to the last step. */
  async write(address: number, data: readonly number[]): Promise<Answer> {
    await this.command(0x31);
    const accepted = await this.word(address);
    return accepted === 'ACK' ? this.ask(...withXor([data.length - 1, ...data])) : accepted;
  }

  async erase(...pages: readonly number[]): Promise<Answer> {
    await this.command(0x44);
    return this.ask(...withXor([pages.length - 1, ...pages].flatMap((value) => [value >> 8, value & 0xff])));
  }

  async eraseSpecial(code: number): Promise<Answer> {
    await this.command(0x44);
    return this.ask(...withXor([code >> 8, code & 0xff]));
  }
}

export function bigEndian(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

export function withXor(bytes: readonly number[]): number[] {
  return [...bytes, bytes.reduce((a, b) => a ^ b, 0)];
}
