import { connect, type Socket } from 'node:net';
import { ExitCode, LitesnnError, messageOf } from '../../core/errors.js';
import { type ByteLink, wireMs } from './byte-link.js';
import { type Clock, systemClock } from './clock.js';
import { portClosed, portLost, writeTimeout } from './port-errors.js';
import { ReceiveBuffer } from './receive-buffer.js';

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

export interface SocketOptions {
  readonly baud: number;
  readonly clock?: Clock;
  readonly connectLimitMs?: number;
  readonly writeLimitMs?: number;
}

/** Connected, or PORT_NOT_FOUND (exit 6) within the time limit. */
export function openSocket(
  address: SocketAddress,
  name: string,
  { clock = systemClock, connectLimitMs = 5000 }: SocketOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.host, port: address.port, noDelay: true });
    const fail = (why: string, cause?: unknown): void => {
      cancel();
      socket.destroy();
      reject(notReached(name, why, cause));
    };
    const cancel = clock.after(connectLimitMs, () => {
      fail(`no connection within ${connectLimitMs / 1000} s`);
    });
    socket.once('error', (cause) => {
      fail(messageOf(cause), cause);
    });
    socket.once('connect', () => {
      cancel();
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

function notReached(name: string, why: string, cause: unknown): LitesnnError {
  return new LitesnnError('PORT_NOT_FOUND', ExitCode.device, `cannot reach ${name}: ${why}`, {
    hint: 'check host and port number, and that the serial server runs there',
    cause,
  });
}

/** A serial port behind a TCP connection that carries its bytes and nothing else; its settings are the server's. */
export class SocketLink implements ByteLink {
  readonly baud: number;
  readonly clock: Clock;
  private readonly received: ReceiveBuffer;
  private readonly writeLimitMs: number;
  private gone: Error | undefined;

  constructor(
    private readonly socket: Socket,
    readonly description: string,
    options: SocketOptions,
  ) {
    this.baud = options.baud;
    this.clock = options.clock ?? systemClock;
    this.writeLimitMs = options.writeLimitMs ?? 3000;
    this.received = new ReceiveBuffer(this.clock);
    socket.on('data', (chunk: Buffer) => {
      this.onChunk(chunk);
    });
    socket.on('error', (cause) => {
      this.lose(portLost(description, cause));
    });
    socket.on('close', () => {
      this.lose(portLost(description));
    });
  }

  static async open(address: SocketAddress, name: string, options: SocketOptions): Promise<SocketLink> {
    return new SocketLink(await openSocket(address, name, options), name, options);
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.send(bytes);
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
    return this.gone === undefined ? Promise.resolve() : Promise.reject(this.gone);
  }

  close(): Promise<void> {
    this.lose(portClosed(this.description));
    this.socket.destroy();
    return Promise.resolve();
  }

  protected onChunk(chunk: Uint8Array): void {
    this.deliver(chunk);
  }

  protected deliver(bytes: Uint8Array): void {
    this.received.push(bytes);
  }

  /** Bytes as they are, bounded by the write limit beside the wire's own time. */
  protected send(bytes: Uint8Array): Promise<void> {
    if (this.gone !== undefined) return Promise.reject(this.gone);
    const limitMs = this.writeLimitMs + 2 * wireMs(bytes.length, this.baud);
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(limitMs, () => {
        const error = writeTimeout(this.description, limitMs);
        this.lose(error);
        this.socket.destroy();
        reject(error);
      });
      this.socket.write(bytes, (error) => {
        cancel();
        if (error === undefined || error === null) resolve();
        else reject(this.gone ?? portLost(this.description, error));
      });
    });
  }

  protected lose(reason: Error): void {
    this.gone ??= reason;
    this.received.fail(this.gone);
  }
}
