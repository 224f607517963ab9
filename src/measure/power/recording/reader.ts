import { closeSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { AnalyzerIdentity, PowerGap } from '../analyzer.js';
import {
  CHUNK_HASH_BYTES,
  CHUNK_HEADER_BYTES,
  CHUNK_SAMPLES,
  ChunkKind,
  chunkHash,
  MAX_PAYLOAD_BYTES,
  RECORDING_MAGIC,
} from './format.js';

const identitySchema = z.object({
  description: z.string(),
  kind: z.string(),
  provenance: z.enum(['simulated', 'measured']),
  sampleHz: z.number().positive(),
  supplyVolts: z.number().positive(),
  statedError: z.number().nonnegative(),
  statedErrorSource: z.string(),
  digitalInputs: z.number().int().nonnegative(),
  marker: z.enum(['level', 'falling-edge']),
  secondsPerSecond: z.number().positive(),
});

const gapSchema = z.object({
  missing: z.number().int().nonnegative(),
  cause: z.enum(['counter', 'clock', 'resync', 'instrument']),
});

/** One thing of a recording, in the order of time. `firstIndex` is on the time axis, where lost samples have their place. */
export type RecordedItem =
  | { readonly kind: 'identity'; readonly identity: AnalyzerIdentity }
  | {
      readonly kind: 'samples';
      readonly firstIndex: number;
      readonly amperes: Float32Array;
      readonly digital: Uint8Array;
    }
  | { readonly kind: 'gap'; readonly firstIndex: number; readonly gap: PowerGap }
  | { readonly kind: 'remark'; readonly firstIndex: number; readonly text: string }
  | { readonly kind: 'mark'; readonly firstIndex: number; readonly seconds: number }
  /** The file ends before this: `cut off`, by a crash or a full disk, or `damaged`. Nothing follows. */
  | { readonly kind: 'broken'; readonly firstIndex: number; readonly why: 'cut off' | 'damaged' }
  | { readonly kind: 'end'; readonly firstIndex: number };

/**
 * Reads a recording chunk by chunk, in the memory of one chunk, as far as its hashes hold; the last item is `end` or `broken`.
 * @throws LitesnnError RECORDING_UNREADABLE (exit 2) when there is none
 */
export function* readRecording(path: string): Generator<RecordedItem> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, 'cannot be opened', cause);
  }
  try {
    const magic = readExactly(file, RECORDING_MAGIC.length);
    if (magic === undefined || !RECORDING_MAGIC.equals(magic)) throw unreadable(path, 'is not a recording');
    let hash: Uint8Array = magic;
    let firstIndex = 0;
    for (;;) {
      const header = readExactly(file, CHUNK_HEADER_BYTES);
      const payloadBytes = header?.readUInt32LE(4) ?? 0;
      const body =
        payloadBytes > MAX_PAYLOAD_BYTES ? 'too long' : readExactly(file, payloadBytes + CHUNK_HASH_BYTES);
      if (header === undefined || body === undefined || body === 'too long') {
        yield { kind: 'broken', firstIndex, why: body === 'too long' ? 'damaged' : 'cut off' };
        return;
      }
      const payload = body.subarray(0, payloadBytes);
      hash = chunkHash(hash, header, payload);
      const item = Buffer.from(hash).equals(body.subarray(payloadBytes))
        ? parseChunk(header, payload)
        : undefined;
      if (item === undefined) {
        yield { kind: 'broken', firstIndex, why: 'damaged' };
        return;
      }
      yield item;
      if (item.kind === 'end') return;
      if (item.kind !== 'identity') firstIndex = item.firstIndex;
      if (item.kind === 'samples') firstIndex += item.amperes.length;
      if (item.kind === 'gap') firstIndex += item.gap.missing;
    }
  } finally {
    closeSync(file);
  }
}

function parseChunk(header: Buffer, payload: Buffer): RecordedItem | undefined {
  const count = header.readUInt32LE(8);
  const firstIndex = Number(header.readBigUInt64LE(12));
  switch (header[0]) {
    case ChunkKind.header: {
      const identity = identitySchema.safeParse(JSON.parse(payload.toString('utf8')));
      return identity.success ? { kind: 'identity', identity: identity.data } : undefined;
    }
    case ChunkKind.samples: {
      if (count > CHUNK_SAMPLES || payload.length !== 5 * count) return undefined;
      const amperes = new Float32Array(
        payload.buffer.slice(payload.byteOffset, payload.byteOffset + 4 * count),
      );
      return { kind: 'samples', firstIndex, amperes, digital: payload.subarray(4 * count) };
    }
    case ChunkKind.gap: {
      const gap = gapSchema.safeParse(JSON.parse(payload.toString('utf8')));
      return gap.success ? { kind: 'gap', firstIndex, gap: gap.data } : undefined;
    }
    case ChunkKind.remark:
      return { kind: 'remark', firstIndex, text: payload.toString('utf8') };
    case ChunkKind.mark:
      return payload.length === 8 ? { kind: 'mark', firstIndex, seconds: payload.readDoubleLE() } : undefined;
    case ChunkKind.end:
      return { kind: 'end', firstIndex };
    default:
      return undefined;
  }
}

function readExactly(file: number, bytes: number): Buffer | undefined {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes;) {
    const read = readSync(file, buffer, at, bytes - at, null);
    if (read === 0) return undefined;
    at += read;
  }
  return buffer;
}

function unreadable(path: string, why: string, cause?: unknown): LitesnnError {
  return new LitesnnError('RECORDING_UNREADABLE', ExitCode.usage, `${path} ${why}`, {
    hint: 'name the folder of a session of litesnn measure --power',
    cause,
  });
}
