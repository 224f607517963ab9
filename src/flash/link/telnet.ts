/** Telnet (RFC 854) as far as a serial port over the network needs it (RFC 2217). */
export const Telnet = { se: 240, sb: 250, will: 251, wont: 252, do: 253, dont: 254, iac: 255 } as const;

export const TelnetOption = { binary: 0, suppressGoAhead: 3, comPort: 44 } as const;

export type Verb = typeof Telnet.will | typeof Telnet.wont | typeof Telnet.do | typeof Telnet.dont;

/** No answer of a serial server is longer; what is, is cut. */
const MAX_SUBNEGOTIATION = 64;

export interface TelnetHandlers {
  readonly onData: (bytes: Uint8Array) => void;
  readonly onVerb: (verb: Verb, option: number) => void;
  /** Option byte first. */
  readonly onSubnegotiation: (bytes: Uint8Array) => void;
}

/** Data bytes as they go on the wire: FF is doubled. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(Telnet.iac)) return bytes;
  const out: number[] = [];
  for (const byte of bytes) {
    out.push(byte);
    if (byte === Telnet.iac) out.push(byte);
  }
  return Uint8Array.from(out);
}

export function negotiation(verb: Verb, option: number): Uint8Array {
  return Uint8Array.of(Telnet.iac, verb, option);
}

export function subnegotiation(option: number, body: Uint8Array): Uint8Array {
  return Uint8Array.of(Telnet.iac, Telnet.sb, option, ...escapeTelnet(body), Telnet.iac, Telnet.se);
}

type State = 'data' | 'command' | 'verb' | 'inside' | 'insideCommand';

/** Takes data and telnet's own words apart, the same however the stream is cut; holds at most one subnegotiation. */
export class TelnetDecoder {
  private state: State = 'data';
  private verb: Verb = Telnet.will;
  private readonly inside: number[] = [];

  constructor(private readonly handlers: TelnetHandlers) {}

  push(bytes: Uint8Array): void {
    const data = new Uint8Array(bytes.length);
    let length = 0;
    for (const byte of bytes) {
      if (this.state === 'data' && byte !== Telnet.iac) data[length++] = byte;
      else if (this.state === 'command' && byte === Telnet.iac) {
        data[length++] = byte;
        this.state = 'data';
      } else this.word(byte);
    }
    if (length > 0) this.handlers.onData(data.subarray(0, length));
  }

  private word(byte: number): void {
    switch (this.state) {
      case 'data':
        this.state = 'command';
        return;
      case 'command':
        this.command(byte);
        return;
      case 'verb':
        this.state = 'data';
        this.handlers.onVerb(this.verb, byte);
        return;
      case 'inside':
        if (byte === Telnet.iac) this.state = 'insideCommand';
        else this.keep(byte);
        return;
      case 'insideCommand':
        this.state = 'inside';
        if (byte === Telnet.iac) this.keep(byte);
        else if (byte === Telnet.se) {
          this.state = 'data';
          this.handlers.onSubnegotiation(Uint8Array.from(this.inside));
        }
    }
  }

  private command(byte: number): void {
    this.state = 'data';
    if (byte === Telnet.sb) {
      this.inside.length = 0;
      this.state = 'inside';
    } else if (isVerb(byte)) {
      this.verb = byte;
      this.state = 'verb';
    }
  }

  private keep(byte: number): void {
    if (this.inside.length < MAX_SUBNEGOTIATION) this.inside.push(byte);
  }
}

function isVerb(byte: number): byte is Verb {
  return byte >= Telnet.will && byte <= Telnet.dont;
}
