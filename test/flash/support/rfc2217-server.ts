import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

const IAC = 255;
const [WILL, DO, SB, SE] = [251, 253, 250, 240];
const COM_PORT = 44;

export interface ServerOptions {
  /** Refuses COM-PORT-OPTION. */
  readonly plain?: boolean;
  /** Answers another rate than was asked for. */
  readonly wrongBaud?: boolean;
  /** Accepts the connection and says nothing. */
  readonly silent?: boolean;
}

/** A serial server of its own making: written from RFC 2217, not from the client. */
export class Rfc2217Server {
  readonly settings = new Map<number, number[]>();
  /** Values of SET-CONTROL in their order. */
  readonly controls: number[] = [];
  private socket: Socket | undefined;
  private readonly pending: number[] = [];

  private constructor(
    private readonly server: Server,
    private readonly onData: (bytes: Uint8Array, server: Rfc2217Server) => void,
    private readonly options: ServerOptions,
  ) {
    server.on('connection', (socket) => {
      this.socket = socket;
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        this.pending.push(...chunk);
        if (options.silent !== true) this.parse();
      });
    });
  }

  static async start(
    onData: (bytes: Uint8Array, server: Rfc2217Server) => void,
    options: ServerOptions = {},
  ): Promise<Rfc2217Server> {
    const server = createServer();
    const own = new Rfc2217Server(server, onData, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return own;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  send(bytes: Uint8Array): void {
    this.socket?.write(Uint8Array.from([...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte]))));
  }

  drop(): void {
    this.socket?.destroy();
  }

  async stop(): Promise<void> {
    this.socket?.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private parse(): void {
    const data: number[] = [];
    for (;;) {
      const used = this.one(data);
      if (used === 0) break;
      this.pending.splice(0, used);
    }
    if (data.length > 0) this.onData(Uint8Array.from(data), this);
  }

  /** Bytes that one word or data byte took; 0 where it is not complete. */
  private one(data: number[]): number {
    const [first, second, third] = this.pending;
    if (this.pending.length === 0) return 0;
    if (first !== IAC) return data.push(first) && 1;
    if (this.pending.length < 2) return 0;
    if (second === IAC) return data.push(IAC) && 2;
    if (second === SB) {
      const end = this.pending.findIndex((byte, i) => i > 2 && byte === SE && this.pending[i - 1] === IAC);
      if (end < 0) return 0;
      this.set(this.pending.slice(3, end - 1));
      return end + 1;
    }
    if (this.pending.length < 3) return 0;
    if (second === WILL && third === COM_PORT) {
      this.socket?.write(Uint8Array.of(IAC, this.options.plain === true ? 254 : DO, COM_PORT, IAC, DO, 24));
    }
    return 3;
  }

  private set([command, ...escaped]: number[]): void {
    const value = escaped.filter((byte, i) => !(byte === IAC && escaped[i - 1] === IAC));
    this.settings.set(command, value);
    if (command === 5) this.controls.push(value[0]);
    const answer = command === 1 && this.options.wrongBaud === true ? [0, 0, 0x25, 0x80] : value;
    this.socket?.write(Uint8Array.of(IAC, SB, COM_PORT, command + 100, ...answer, IAC, SE));
  }
}
