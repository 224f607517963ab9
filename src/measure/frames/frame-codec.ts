import crc16ccitt from 'crc/calculators/crc16ccitt';
import { cobsDecode, cobsEncode } from './cobs.js';

/** docs/device-protocol.md, "Frames": type, sequence, payload, CRC. */
export const MAX_PAYLOAD_BYTES = 246;
const HEADER_BYTES = 2;
const CRC_BYTES = 2;
const MIN_BODY_BYTES = HEADER_BYTES + CRC_BYTES;
const MAX_BODY_BYTES = MIN_BODY_BYTES + MAX_PAYLOAD_BYTES;
/** Code byte and body: bodies are shorter than a full COBS block. */
const MAX_STUFFED_BYTES = MAX_BODY_BYTES + 1;

export interface Frame {
  readonly type: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** What stood between two delimiters: a frame, or why it is none. */
export type Decoded =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'bad'; readonly reason: 'stuffing' | 'length' | 'crc' };

/** As it goes on the wire, delimiter included. */
export function encodeFrame({ type, sequence, payload }: Frame): Uint8Array {
  if (payload.length > MAX_PAYLOAD_BYTES)
    throw new Error(`a payload of ${payload.length} bytes does not fit a frame`);
  const body = new Uint8Array(MIN_BODY_BYTES + payload.length);
  body[0] = type;
  body[1] = sequence;
  body.set(payload, HEADER_BYTES);
  const checked = body.subarray(0, HEADER_BYTES + payload.length);
  new DataView(body.buffer).setUint16(checked.length, crc16ccitt(checked), true);
  const stuffed = cobsEncode(body);
  const wire = new Uint8Array(stuffed.length + 1);
  wire.set(stuffed);
  return wire;
}

function decodeStuffed(stuffed: Uint8Array): Decoded {
  const body = cobsDecode(stuffed);
  if (body === undefined) return { kind: 'bad', reason: 'stuffing' };
  if (body.length < MIN_BODY_BYTES || body.length > MAX_BODY_BYTES) return { kind: 'bad', reason: 'length' };
  const checked = body.subarray(0, body.length - CRC_BYTES);
  const crc = body[checked.length] | (body[checked.length + 1] << 8);
  if (crc16ccitt(checked) !== crc) return { kind: 'bad', reason: 'crc' };
  const payload = checked.slice(HEADER_BYTES);
  return { kind: 'frame', frame: { type: body[0], sequence: body[1], payload } };
}

/**
 * Frames out of a stream of bytes: the same ones however the stream is cut into chunks. Holds at most one frame; what
 * is longer is dropped up to its delimiter and reported once.
 */
export class FrameDecoder {
  private readonly held = new Uint8Array(MAX_STUFFED_BYTES);
  private length = 0;
  private tooLong = false;

  push(chunk: Uint8Array): Decoded[] {
    const decoded: Decoded[] = [];
    for (const byte of chunk) {
      if (byte !== 0) {
        if (this.length < MAX_STUFFED_BYTES) this.held[this.length++] = byte;
        else this.tooLong = true;
        continue;
      }
      if (this.tooLong) decoded.push({ kind: 'bad', reason: 'length' });
      else if (this.length > 0) decoded.push(decodeStuffed(this.held.subarray(0, this.length)));
      this.length = 0;
      this.tooLong = false;
    }
    return decoded;
  }
}
