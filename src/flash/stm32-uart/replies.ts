import { xorOf } from './frames.js';

export const ReplyByte = { ack: 0x79, nack: 0x1f, busy: 0x76 } as const;

/** Answer to a command or block, as a value. */
export type Reply =
  | { readonly kind: 'ack' }
  | { readonly kind: 'nack' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'garbage'; readonly byte: number };

export interface LoaderVersion {
  /** `3.1`. */
  readonly text: string;
  readonly commands: readonly number[];
}

/** `0x31` is version 3.1. */
export function versionText(byte: number): string {
  return `${byte >> 4}.${byte & 0x0f}`;
}

/** Body of the answer to Get after its count byte: version, then the command codes. */
export function parseGet(body: Uint8Array): LoaderVersion {
  return { text: versionText(body[0]), commands: [...body.subarray(1)] };
}

/** Body of the answer to Get ID after its count byte; undefined for another length than the two bytes of all known parts. */
export function parseProductId(body: Uint8Array): number | undefined {
  return body.length === 2 ? (body[0] << 8) | body[1] : undefined;
}

/** CRC and its XOR; undefined where the XOR is wrong. */
export function parseChecksum(reply: Uint8Array): number | undefined {
  if (reply.length !== 5 || xorOf(reply) !== 0) return undefined;
  return new DataView(reply.buffer, reply.byteOffset, 4).getUint32(0, false);
}
