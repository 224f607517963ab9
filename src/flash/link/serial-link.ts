import { SerialPort } from 'serialport';
import { type ByteLink, wireMs } from './byte-link.js';
import { type Clock, systemClock } from './clock.js';
import type { PinState } from './pin-state.js';
import { openingError, portClosed, portLost, writeTimeout } from './port-errors.js';
import { ReceiveBuffer } from './receive-buffer.js';

export interface SerialLinkOptions {
  readonly path: string;
  readonly baud: number;
  /** A pseudo terminal silently does without: it carries bytes, not bits. */
  readonly parity?: 'none' | 'even';
  readonly clock?: Clock;
  /** Beside the wire's own time, what a write may take before the other side counts as gone. Default 3000. */
  readonly writeLimitMs?: number;
}

/** Above this a close that the driver does not answer is given up, so that a vanished adapter cannot hang a command. */
const CLOSE_LIMIT_MS = 1000;

/** A serial port or pseudo terminal, 8 data bits, 1 stop bit, no flow control, locked against other users. */
export class SerialLink implements ByteLink {
  description: string;
  baud: number;
  readonly clock: Clock;
  private readonly received: ReceiveBuffer;
  private gone: Error | undefined;

  private constructor(
    private readonly port: SerialPort,
    options: SerialLinkOptions,
    private readonly writeLimitMs: number,
  ) {
    this.description = `${options.path} at ${options.baud} baud`;
    this.baud = options.baud;
    this.clock = options.clock ?? systemClock;
    this.received = new ReceiveBuffer(this.clock);
    port.on('data', (chunk: Buffer) => {
      this.received.push(chunk);
    });
    // A pseudo terminal whose peer vanished may say so twice, and as an error as well: `lose` is idempotent.
    port.on('close', (cause: unknown) => {
      this.lose(portLost(this.description, cause));
    });
    port.on('error', (cause: unknown) => {
      this.lose(portLost(this.description, cause));
    });
  }

  /** Rejects with `PORT_NOT_FOUND`, `PORT_PERMISSION`, `PORT_BUSY`, `PORT_NOT_SERIAL` or `PORT_OPEN_FAILED`. */
  static async open(options: SerialLinkOptions): Promise<SerialLink> {
    const port = new SerialPort({
      path: options.path,
      baudRate: options.baud,
      parity: options.parity ?? 'none',
      lock: true,
      // Closing must not pull DTR: on many boards that is the reset line.
      hupcl: false,
      autoOpen: false,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error === null) resolve();
        else reject(openingError(options.path, error));
      });
    });
    return new SerialLink(port, options, options.writeLimitMs ?? 3000);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.gone !== undefined) return Promise.reject(this.gone);
    const limit = this.writeLimitMs + 2 * wireMs(bytes.length, this.baud);
    return this.bounded(limit, (done) => this.port.write(Buffer.from(bytes), done));
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
    if (this.gone !== undefined) return Promise.reject(this.gone);
    return this.bounded(this.writeLimitMs, (done) => {
      this.port.drain(done);
    });
  }

  /**
   * Sets DTR, RTS and break; false where there are none: a pseudo terminal (ENOTTY or EINVAL) or an adapter without them.
   */
  setPins(pins: PinState): Promise<boolean> {
    return new Promise((resolve) => {
      this.port.set(pins, (error) => {
        resolve(error === null);
      });
    });
  }

  async setBaud(baud: number): Promise<void> {
    await this.bounded(this.writeLimitMs, (done) => {
      this.port.update({ baudRate: baud }, done);
    });
    this.baud = baud;
    this.description = `${this.port.path} at ${baud} baud`;
  }

  async close(): Promise<void> {
    this.lose(portClosed(this.description));
    if (!this.port.isOpen) return;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(CLOSE_LIMIT_MS, resolve);
      // An error here means that the port is gone already, which is what was wanted.
      this.port.close(() => {
        cancel();
        resolve();
      });
    });
  }

  private lose(reason: Error): void {
    this.gone ??= reason;
    this.received.fail(this.gone);
  }

  /** One operation of the port that ends with its callback, with the time limit, or with the link. */
  private bounded(
    limitMs: number,
    start: (done: (error: Error | null | undefined) => void) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(limitMs, () => {
        const error = writeTimeout(this.description, limitMs);
        this.lose(error);
        void this.close();
        reject(error);
      });
      const onClose = (): void => {
        cancel();
        reject(this.gone ?? portLost(this.description));
      };
      this.port.once('close', onClose);
      start((error) => {
        cancel();
        this.port.off('close', onClose);
        if (error === null || error === undefined) resolve();
        else reject(this.gone ?? portLost(this.description, error));
      });
    });
  }
}
