import crc16xmodem from 'crc/calculators/crc16xmodem';

/** SMP over a console: base64 in lines of at most 127 bytes, so that text may share the port. */
const FIRST = Uint8Array.of(0x06, 0x09);
const NEXT = Uint8Array.of(0x04, 0x14);
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const PIECE = 124;
const LENGTH_BYTES = 2;
const CRC_BYTES = 2;

/** The longest line that is understood; servers may send longer ones than clients. */
const MAX_LINE = 1024;
/** The longest packet that is understood; real ones have 512 to 2048 bytes. */
const MAX_PACKET = 16 * 1024;

/** A packet as it goes on the wire. */
export function encodeConsole(packet: Uint8Array): Uint8Array {
  const framed = new Uint8Array(LENGTH_BYTES + packet.length + CRC_BYTES);
  const view = new DataView(framed.buffer);
  view.setUint16(0, packet.length + CRC_BYTES, false);
  framed.set(packet, LENGTH_BYTES);
  view.setUint16(LENGTH_BYTES + packet.length, crc16xmodem(packet), false);
  const text = Buffer.from(framed).toString('base64');
  const lines: Uint8Array[] = [];
  for (let start = 0; start < text.length; start += PIECE) {
    lines.push(start === 0 ? FIRST : NEXT);
    lines.push(Buffer.from(`${text.slice(start, start + PIECE)}\n`, 'latin1'));
  }
  return Buffer.concat(lines);
}

/** Bytes on the wire of a packet of that length. */
export function consoleBytes(packetBytes: number): number {
  const text = 4 * Math.ceil((LENGTH_BYTES + packetBytes + CRC_BYTES) / 3);
  return text + 3 * Math.ceil(text / PIECE);
}

/**
 * Packets out of a stream of bytes, the same ones however it is cut into chunks. What is no line of a packet is console
 * output and is given to `onText`; damaged packets are dropped. Holds at most one line and one packet.
 */
export class ConsoleReceiver {
  private readonly line = new Uint8Array(MAX_LINE);
  private lineLength = 0;
  private lineTooLong = false;
  /** Decoded bytes so far of the packet that is being received; undefined: none is. */
  private packet: Uint8Array | undefined;
  /** Packets that were dropped: bad base64, length or CRC. */
  damaged = 0;

  constructor(
    private readonly onPacket: (packet: Uint8Array) => void,
    private readonly onText: (line: string) => void = () => undefined,
  ) {}

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === LINE_FEED) this.endLine();
      else if (this.lineLength < MAX_LINE) this.line[this.lineLength++] = byte;
      else this.lineTooLong = true;
    }
  }

  private endLine(): void {
    const whole = this.line.subarray(0, this.lineLength);
    const line = whole.at(-1) === RETURN ? whole.subarray(0, -1) : whole;
    const tooLong = this.lineTooLong;
    this.lineLength = 0;
    this.lineTooLong = false;
    if (!startsWith(line, FIRST) && !startsWith(line, NEXT)) {
      if (line.length > 0) this.onText(Buffer.from(line).toString('latin1'));
      return;
    }
    if (startsWith(line, FIRST)) {
      if (this.packet !== undefined) this.damaged += 1;
      this.packet = new Uint8Array(0);
    }
    if (this.packet === undefined) return;
    const piece = tooLong ? undefined : decodeBase64(line.subarray(FIRST.length));
    if (piece === undefined) this.drop();
    else this.append(this.packet, piece);
  }

  private append(before: Uint8Array, piece: Uint8Array): void {
    const packet = Buffer.concat([before, piece]);
    this.packet = packet;
    if (packet.length < LENGTH_BYTES) return;
    const total = LENGTH_BYTES + packet.readUInt16BE(0);
    if (total > MAX_PACKET || total < LENGTH_BYTES + CRC_BYTES || packet.length > total) this.drop();
    else if (packet.length === total) this.complete(packet);
  }

  private complete(packet: Buffer): void {
    this.packet = undefined;
    // The CRC of a text and its own CRC is 0.
    if (crc16xmodem(packet.subarray(LENGTH_BYTES)) !== 0) this.damaged += 1;
    else this.onPacket(Uint8Array.from(packet.subarray(LENGTH_BYTES, packet.length - CRC_BYTES)));
  }

  private drop(): void {
    this.packet = undefined;
    this.damaged += 1;
  }
}

function startsWith(line: Uint8Array, marker: Uint8Array): boolean {
  return line.length >= marker.length && line[0] === marker[0] && line[1] === marker[1];
}

/** Undefined for anything but base64 in groups of four. */
function decodeBase64(text: Uint8Array): Uint8Array | undefined {
  const characters = Buffer.from(text).toString('latin1');
  if (characters.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(characters)) return undefined;
  return Buffer.from(characters, 'base64');
}
