import { open, type FileHandle } from 'node:fs/promises';
import { writingError } from '../../../core/files.js';
import type { AnalyzerIdentity, PowerBlock, PowerGap, PowerSink } from '../analyzer.js';
import {
  CHUNK_SAMPLES,
  ChunkKind,
  type Chunk,
  chunkHash,
  encodeChunkHeader,
  RECORDING_MAGIC,
} from './format.js';

/** Samples that may wait for a disk that is busy, before the recording is given up: 100 s of 100 kS/s. */
const QUEUE_LIMIT_BYTES = 50_000_000;

/** A chunk is written at the latest after this, however slow the samples come: what a crash can lose. */
const FLUSH_SECONDS = 0.1;

/** A crash of the machine (not of the process) loses at most what came within this. */
const SYNC_SECONDS = 2;

/**
 * Writes a recording as samples come. Takes no longer than copying: the disk is waited for elsewhere, in bounded memory. The first
 * thing that goes wrong with the disk ends it; what was written stays readable.
 */
export class RecordingWriter implements PowerSink {
  /** Samples on the time axis, lost ones included. */
  index = 0;
  lost = 0;
  bytesWritten = 0;
  /** Why nothing more is written. */
  failure: Error | undefined;
  private readonly amperes = new Float32Array(CHUNK_SAMPLES);
  private readonly digital = new Uint8Array(CHUNK_SAMPLES);
  private held = 0;
  private hash: Uint8Array = RECORDING_MAGIC;
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | undefined;
  private lastFlush = 0;
  private lastSync = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    /** Seconds since the start. */
    private readonly now: () => number,
  ) {}

  /** @throws LitesnnError DISK_FULL, FILE_UNWRITABLE (exit 2) */
  static async create(path: string, identity: AnalyzerIdentity, now: () => number): Promise<RecordingWriter> {
    try {
      const writer = new RecordingWriter(await open(path, 'wx'), path, now);
      writer.enqueue(RECORDING_MAGIC);
      writer.chunk(ChunkKind.header, 0, Buffer.from(JSON.stringify(identity)));
      return writer;
    } catch (cause) {
      throw writingError(path, cause);
    }
  }

  samples({ amperes, digital }: PowerBlock): void {
    for (let at = 0; at < amperes.length;) {
      const part = Math.min(amperes.length - at, CHUNK_SAMPLES - this.held);
      this.amperes.set(amperes.subarray(at, at + part), this.held);
      this.digital.set(digital.subarray(at, at + part), this.held);
      this.held += part;
      at += part;
      if (this.held === CHUNK_SAMPLES) this.flushSamples();
    }
  }

  gap(gap: PowerGap): void {
    this.flushSamples();
    this.chunk(ChunkKind.gap, gap.missing, Buffer.from(JSON.stringify(gap)));
    this.index += gap.missing;
    this.lost += gap.missing;
  }

  remark(text: string): void {
    this.flushSamples();
    this.chunk(ChunkKind.remark, 0, Buffer.from(text));
  }

  /** Everything that was handed over had come by now. */
  mark(): void {
    const seconds = this.now();
    if (seconds - this.lastFlush < FLUSH_SECONDS) return;
    this.flushSamples();
    const payload = Buffer.alloc(8);
    payload.writeDoubleLE(seconds);
    this.chunk(ChunkKind.mark, 0, payload);
    this.lastFlush = seconds;
  }

  /** Returns when all is on disk. Idempotent. */
  async close(): Promise<void> {
    this.flushSamples();
    if (this.failure === undefined) this.chunk(ChunkKind.end, 0, new Uint8Array(0));
    while (this.writing !== undefined) await this.writing;
    try {
      await this.file.sync();
      await this.file.close();
    } catch (cause) {
      this.fail(cause);
    }
  }

  private flushSamples(): void {
    const { held } = this;
    if (held === 0) return;
    const payload = new Uint8Array(5 * held);
    payload.set(new Uint8Array(this.amperes.buffer, 0, 4 * held));
    payload.set(this.digital.subarray(0, held), 4 * held);
    this.held = 0;
    this.chunk(ChunkKind.samples, held, payload);
    this.index += held;
  }

  private chunk(kind: Chunk['kind'], count: number, payload: Uint8Array): void {
    const header = encodeChunkHeader({ kind, count, firstIndex: this.index, payload });
    this.hash = chunkHash(this.hash, header, payload);
    this.enqueue(Buffer.concat([header, payload, this.hash]));
  }

  private enqueue(bytes: Uint8Array): void {
    if (this.failure !== undefined) return;
    if (this.waitingBytes + bytes.length > QUEUE_LIMIT_BYTES) {
      this.fail(new Error('the disk is too slow for the samples'));
      return;
    }
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.writing ??= this.write();
  }

  private async write(): Promise<void> {
    try {
      while (this.waiting.length > 0 && this.failure === undefined) {
        const bytes = Buffer.concat(this.waiting);
        this.waiting = [];
        await this.writeAll(bytes);
        this.waitingBytes -= bytes.length;
        this.bytesWritten += bytes.length;
        if (this.now() - this.lastSync < SYNC_SECONDS) continue;
        this.lastSync = this.now();
        await this.file.datasync();
      }
    } catch (cause) {
      this.fail(cause);
    } finally {
      this.writing = undefined;
    }
  }

  /** A disk that becomes full announces itself by a short write. */
  private async writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += (await this.file.write(bytes, at)).bytesWritten;
  }

  private fail(cause: unknown): void {
    this.failure ??= writingError(this.path, cause);
    this.waiting = [];
    this.waitingBytes = 0;
  }
}
