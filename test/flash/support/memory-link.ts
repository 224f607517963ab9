import type { ByteLink } from '../../../src/flash/link/byte-link.js';
import { type Clock, systemClock } from '../../../src/flash/link/clock.js';
import { portClosed, portLost } from '../../../src/flash/link/port-errors.js';
import { ReceiveBuffer } from '../../../src/flash/link/receive-buffer.js';

/** The far end of a link in memory. */
export interface FakePeer {
  /** Bytes from the host; answers go back through the link's `deliver`. */
  receive(bytes: Uint8Array): void;
}

/** A link without a wire. Answers are there as soon as the write returns, so that no load of the machine matters. */
export class MemoryLink implements ByteLink {
  readonly description = 'memory';
  readonly baud = 1_000_000_000;
  peer: FakePeer | undefined;
  closed = false;
  private readonly received: ReceiveBuffer;
  private gone: Error | undefined;

  constructor(readonly clock: Clock = systemClock) {
    this.received = new ReceiveBuffer(clock);
  }

  /** From the device to the host. */
  deliver(bytes: Uint8Array): void {
    if (this.gone === undefined) this.received.push(bytes);
  }

  /** As if the cable were pulled. */
  unplug(): void {
    this.gone ??= portLost(this.description);
    this.received.fail(this.gone);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.gone !== undefined) return Promise.reject(this.gone);
    this.peer?.receive(bytes.slice());
    return Promise.resolve();
  }

  read(count: number, timeoutMs: number): Promise<Uint8Array> {
    return this.received.take(count, count, timeoutMs);
  }

  readSome(limit: number, timeoutMs: number): Promise<Uint8Array> {
    return this.received.take(1, limit, timeoutMs);
  }

  discardInput(): number {
    return this.received.discard();
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    this.gone ??= portClosed(this.description);
    this.received.fail(this.gone);
    return Promise.resolve();
  }
}
