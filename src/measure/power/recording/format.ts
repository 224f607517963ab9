import { createHash } from 'node:crypto';

/**
 * A recording on disk (docs/measuring.md, "Raw samples"): a magic, then chunks. Every chunk carries a hash over itself and the hash before it, so
 * that a reader knows how far a file that a crash cut off can be trusted.
 */
export const RECORDING_MAGIC = Buffer.from('LSNPOWR1', 'latin1');

export const ChunkKind = {
  /** JSON: identity of the instrument and of the recording. */
  header: 1,
  /** float32 ampere `[count]`, then uint8 digital inputs `[count]`. */
  samples: 2,
  /** JSON {@link PowerGap}; `count` samples are missing. */
  gap: 3,
  /** UTF-8 of a remark. */
  remark: 4,
  /** float64 seconds since the start by this machine's clock when everything before this chunk had come. */
  mark: 5,
  /** Empty: the recording was stopped, not cut off. */
  end: 6,
} as const;
export type ChunkKindCode = (typeof ChunkKind)[keyof typeof ChunkKind];

/** kind u8, 3 bytes 0, payload bytes u32, count u32, index of the first sample on the time axis u64. */
export const CHUNK_HEADER_BYTES = 20;
export const CHUNK_HASH_BYTES = 8;

/** Most samples of one chunk; a reader needs no more memory than one. */
export const CHUNK_SAMPLES = 32_768;
export const MAX_PAYLOAD_BYTES = 1 << 20;

export interface Chunk {
  readonly kind: ChunkKindCode;
  readonly count: number;
  readonly firstIndex: number;
  readonly payload: Uint8Array;
}

export function encodeChunkHeader({ kind, count, firstIndex, payload }: Chunk): Buffer {
  const header = Buffer.alloc(CHUNK_HEADER_BYTES);
  header[0] = kind;
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(count, 8);
  header.writeBigUInt64LE(BigInt(firstIndex), 12);
  return header;
}

/** First bytes of the SHA-256 over the hash before, header and payload. */
export function chunkHash(before: Uint8Array, header: Uint8Array, payload: Uint8Array): Buffer {
  return createHash('sha256')
    .update(before)
    .update(header)
    .update(payload)
    .digest()
    .subarray(0, CHUNK_HASH_BYTES);
}
