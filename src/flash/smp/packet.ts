import { decode, encode } from 'cborg';

/** SMP, the management protocol of MCUboot and Zephyr: header of 8 bytes (big-endian), then a CBOR map. */
export const SMP_HEADER_BYTES = 8;

export const SmpOp = { read: 0, readResponse: 1, write: 2, writeResponse: 3 } as const;
export type SmpOpCode = (typeof SmpOp)[keyof typeof SmpOp];

/** Groups and commands that are used here. */
export const SmpGroup = { os: 0, image: 1 } as const;
export const OsCommand = { echo: 0, reset: 5, parameters: 6 } as const;
export const ImageCommand = { state: 0, upload: 1, erase: 5 } as const;

export type SmpBody = Readonly<Record<string, unknown>>;

export interface SmpPacket {
  readonly op: SmpOpCode;
  readonly group: number;
  readonly command: number;
  /** 0..255; an answer repeats its request's. */
  readonly sequence: number;
  readonly body: SmpBody;
}

export function encodePacket({ op, group, command, sequence, body }: SmpPacket): Uint8Array {
  const map = encode(body);
  const packet = new Uint8Array(SMP_HEADER_BYTES + map.length);
  const view = new DataView(packet.buffer);
  view.setUint8(0, op);
  view.setUint16(2, map.length, false);
  view.setUint16(4, group, false);
  view.setUint8(6, sequence);
  view.setUint8(7, command);
  packet.set(map, SMP_HEADER_BYTES);
  return packet;
}

/** Undefined where the bytes are no SMP packet with a map. Never throws, whatever the bytes are. */
export function decodePacket(bytes: Uint8Array): SmpPacket | undefined {
  if (bytes.length < SMP_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint16(2, false);
  if (SMP_HEADER_BYTES + length !== bytes.length) return undefined;
  const op = view.getUint8(0) & 0x07;
  const body = decodeBody(bytes.subarray(SMP_HEADER_BYTES));
  if (op > SmpOp.writeResponse || body === undefined) return undefined;
  return {
    op: op as SmpOpCode,
    group: view.getUint16(4, false),
    sequence: view.getUint8(6),
    command: view.getUint8(7),
    body,
  };
}

function decodeBody(bytes: Uint8Array): SmpBody | undefined {
  try {
    // Maps first: a key such as __proto__ must stay a key.
    const value: unknown = decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true });
    return value instanceof Map ? (plain(value) as SmpBody) : undefined;
  } catch {
    return undefined;
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, entry]) => [String(key), plain(entry)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}
