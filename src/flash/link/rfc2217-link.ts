import type { Socket } from 'node:net';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { PinState } from './pin-state.js';
import { openSocket, type SocketAddress, SocketLink, type SocketOptions } from './socket-link.js';
import {
  escapeTelnet,
  negotiation,
  subnegotiation,
  Telnet,
  TelnetDecoder,
  TelnetOption,
  type Verb,
} from './telnet.js';

/** Commands of COM-PORT-OPTION (RFC 2217); a server answers with 100 more. */
const ComPort = { baud: 1, dataSize: 2, parity: 3, stopSize: 4, control: 5 } as const;
const ANSWER_OFFSET = 100;

const Parity = { none: 1, even: 3 } as const;

const Control = {
  noFlowControl: 1,
  breakOn: 5,
  breakOff: 6,
  dtrOn: 8,
  dtrOff: 9,
  rtsOn: 11,
  rtsOff: 12,
} as const;

export interface Rfc2217Options extends SocketOptions {
  readonly parity?: 'none' | 'even';
  /** For each of the server's answers. */
  readonly answerLimitMs?: number;
}

interface Awaited {
  readonly command: number;
  readonly resolve: (value: Uint8Array) => void;
}

/** A serial port on another machine whose rate, parity and modem lines are set over the network (ser2net, pySerial, terminal servers). */
export class Rfc2217Link extends SocketLink {
  private readonly decoder: TelnetDecoder;
  private readonly answerLimitMs: number;
  private awaited: Awaited | undefined;
  private comPort: ((agreed: boolean) => void) | undefined;

  private constructor(socket: Socket, name: string, options: Rfc2217Options) {
    super(socket, name, options);
    this.answerLimitMs = options.answerLimitMs ?? 3000;
    this.decoder = new TelnetDecoder({
      onData: (bytes) => {
        this.deliver(bytes);
      },
      onVerb: (verb, option) => {
        this.onVerb(verb, option);
      },
      onSubnegotiation: (bytes) => {
        this.onSubnegotiation(bytes);
      },
    });
  }

  /** Rejects with PORT_NOT_FOUND, PORT_NOT_RFC2217 or PORT_SETTINGS (exit 6). */
  static override async open(
    address: SocketAddress,
    name: string,
    options: Rfc2217Options,
  ): Promise<Rfc2217Link> {
    const link = new Rfc2217Link(await openSocket(address, name, options), name, options);
    try {
      await link.agree();
      await link.configure(options);
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  override write(bytes: Uint8Array): Promise<void> {
    return this.send(escapeTelnet(bytes));
  }

  async setPins({ dtr, rts, brk }: PinState): Promise<boolean> {
    await this.set(ComPort.control, Uint8Array.of(dtr ? Control.dtrOn : Control.dtrOff));
    await this.set(ComPort.control, Uint8Array.of(rts ? Control.rtsOn : Control.rtsOff));
    await this.set(ComPort.control, Uint8Array.of(brk ? Control.breakOn : Control.breakOff));
    return true;
  }

  protected override onChunk(chunk: Uint8Array): void {
    this.decoder.push(chunk);
  }

  private async agree(): Promise<void> {
    const agreed = new Promise<boolean>((resolve) => {
      this.comPort = resolve;
    });
    const cancel = this.clock.after(this.answerLimitMs, () => this.comPort?.(false));
    for (const [verb, option] of [
      [Telnet.will, TelnetOption.comPort],
      [Telnet.will, TelnetOption.binary],
      [Telnet.do, TelnetOption.binary],
      [Telnet.do, TelnetOption.suppressGoAhead],
    ] as const)
      await this.send(negotiation(verb, option));
    const isServer = await agreed;
    cancel();
    if (isServer) return;
    throw new LitesnnError('PORT_NOT_RFC2217', ExitCode.device, `${this.description} is no RFC 2217 server`, {
      hint: 'a server that passes bytes only is named tcp://host:port',
    });
  }

  private async configure({ baud, parity = 'none' }: Rfc2217Options): Promise<void> {
    const rate = new Uint8Array(4);
    new DataView(rate.buffer).setUint32(0, baud, false);
    await this.set(ComPort.baud, rate);
    await this.set(ComPort.dataSize, Uint8Array.of(8));
    await this.set(ComPort.parity, Uint8Array.of(Parity[parity]));
    await this.set(ComPort.stopSize, Uint8Array.of(1));
    await this.set(ComPort.control, Uint8Array.of(Control.noFlowControl));
  }

  /** Sends one setting and waits until the server says that it has it. */
  private async set(command: number, value: Uint8Array): Promise<void> {
    const answer = new Promise<Uint8Array | undefined>((resolve) => {
      const cancel = this.clock.after(this.answerLimitMs, () => {
        resolve(undefined);
      });
      this.awaited = {
        command: command + ANSWER_OFFSET,
        resolve: (bytes) => {
          cancel();
          resolve(bytes);
        },
      };
    });
    await this.send(subnegotiation(TelnetOption.comPort, Uint8Array.of(command, ...value)));
    const found = await answer;
    this.awaited = undefined;
    if (found !== undefined && Buffer.compare(found, value) === 0) return;
    const what = found === undefined ? 'does not answer' : 'has another value';
    const message = `${this.description} ${what} when asked for setting ${command} = ${[...value].join(' ')}`;
    throw new LitesnnError('PORT_SETTINGS', ExitCode.device, message, {
      hint: 'choose another baud rate, or set up the port at its server and use tcp://host:port',
    });
  }

  private onVerb(verb: Verb, option: number): void {
    const known = Object.values<number>(TelnetOption).includes(option);
    if (option === TelnetOption.comPort && verb === Telnet.do) this.comPort?.(true);
    if (option === TelnetOption.comPort && verb === Telnet.dont) this.comPort?.(false);
    // What was not asked for is refused once; agreement to what was asked for needs no answer.
    if (known) return;
    if (verb === Telnet.do) this.reply(negotiation(Telnet.wont, option));
    if (verb === Telnet.will) this.reply(negotiation(Telnet.dont, option));
  }

  private reply(bytes: Uint8Array): void {
    // A connection that broke meanwhile is reported by whoever waits on it.
    this.send(bytes).catch(() => undefined);
  }

  private onSubnegotiation(bytes: Uint8Array): void {
    if (bytes.length < 2 || bytes[0] !== TelnetOption.comPort) return;
    if (bytes[1] === this.awaited?.command) this.awaited.resolve(bytes.slice(2));
  }
}
