/** Little-endian fields one after the other. Reading past the end gives zeros and is remembered: see `complete`. */
export class PayloadReader {
  private position = 0;
  private overrun = false;
  private readonly view: DataView;

  constructor(private readonly payload: Uint8Array) {
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  }

  /** Every field was there, and nothing is left over. */
  get complete(): boolean {
    return !this.overrun && this.position === this.payload.length;
  }

  u8(): number {
    return this.field(1, (at) => this.view.getUint8(at));
  }

  u16(): number {
    return this.field(2, (at) => this.view.getUint16(at, true));
  }

  u32(): number {
    return this.field(4, (at) => this.view.getUint32(at, true));
  }

  i32(): number {
    return this.field(4, (at) => this.view.getInt32(at, true));
  }

  /** Exact up to 2^53: a counter of 1 GHz gets there in a hundred days. */
  u64(): number {
    return this.field(8, (at) => Number(this.view.getBigUint64(at, true)));
  }

  bytes(count: number): Uint8Array {
    const start = this.advance(count);
    return start === undefined ? new Uint8Array(0) : this.payload.subarray(start, start + count);
  }

  hex(count: number): string {
    return Buffer.from(this.bytes(count)).toString('hex');
  }

  /** Length byte, then UTF-8. */
  text(): string {
    return Buffer.from(this.bytes(this.u8())).toString('utf8');
  }

  rest(): Uint8Array {
    return this.bytes(this.payload.length - this.position);
  }

  private field(bytes: number, read: (at: number) => number): number {
    const start = this.advance(bytes);
    return start === undefined ? 0 : read(start);
  }

  private advance(count: number): number | undefined {
    if (this.overrun || this.position + count > this.payload.length) {
      this.overrun = true;
      return undefined;
    }
    const start = this.position;
    this.position += count;
    return start;
  }
}
