import type { ByteLink } from '../../flash/link/byte-link.js';
import { FrameDecoder } from '../frames/frame-codec.js';
import { parseDeviceFrame } from '../frames/parse.js';
import type { DeviceFrame } from '../frames/types.js';

/** What the line did to a session; all of it is in the report. */
export interface LinkCounters {
  readonly frames: number;
  /** Wrong CRC, stuffing or length. */
  readonly badFrames: number;
  /** Type unknown to this version. */
  readonly skippedFrames: number;
  /** Right CRC, wrong payload. */
  readonly malformedFrames: number;
  /** Gaps in the device's numbering. */
  readonly lostFrames: number;
}

export type FrameListener = (frame: DeviceFrame) => void;

/** A wait for something in the stream; its promise never counts as an unhandled rejection. */
export interface Expectation<T> {
  /** Undefined when the time was over. Rejects when the link is gone. */
  readonly answer: Promise<T | undefined>;
  cancel(): void;
}

const READ_BYTES = 4096;
const IDLE_MS = 60_000;

/** Reads a link for as long as it lives and hands every frame to whoever listens. */
export class FrameStream {
  private readonly listeners = new Set<FrameListener>();
  private readonly failures = new Set<(error: Error) => void>();
  private readonly decoder = new FrameDecoder();
  private failure: Error | undefined;
  private expectedSequence: number | undefined;
  private readonly counted = { frames: 0, badFrames: 0, skippedFrames: 0, malformedFrames: 0, lostFrames: 0 };

  constructor(private readonly link: ByteLink) {
    void this.pump();
  }

  get counters(): LinkCounters {
    return { ...this.counted };
  }

  /** Hears every frame from now on, until the returned function is called. */
  listen(listener: FrameListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Waits for the first frame of which `match` makes a value. */
  expect<T>(match: (frame: DeviceFrame) => T | undefined, timeoutMs: number): Expectation<T> {
    let cancel = (): void => undefined;
    const answer = new Promise<T | undefined>((resolve, reject) => {
      if (this.failure !== undefined) {
        reject(this.failure);
        return;
      }
      const stopListening = this.listen((frame) => {
        const value = match(frame);
        if (value === undefined) return;
        cancel();
        resolve(value);
      });
      const cancelTimer = this.link.clock.after(timeoutMs, () => {
        cancel();
        resolve(undefined);
      });
      const fail = (error: Error): void => {
        cancel();
        reject(error);
      };
      this.failures.add(fail);
      cancel = () => {
        stopListening();
        cancelTimer();
        this.failures.delete(fail);
      };
    });
    // Whoever asked may still be writing when the link breaks; it hears of it when it comes to wait.
    answer.catch(() => undefined);
    return {
      answer,
      cancel: () => {
        cancel();
      },
    };
  }

  private async pump(): Promise<void> {
    try {
      for (;;) {
        const bytes = await this.link.readSome(READ_BYTES, IDLE_MS);
        for (const decoded of this.decoder.push(bytes)) {
          if (decoded.kind === 'bad') this.counted.badFrames += 1;
          else this.dispatch(decoded.frame.sequence, parseDeviceFrame(decoded.frame));
        }
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      for (const fail of [...this.failures]) fail(this.failure);
    }
  }

  private dispatch(sequence: number, frame: DeviceFrame): void {
    this.counted.frames += 1;
    // A device that was reset numbers from 0 again: that is no gap.
    const restarted = frame.kind === 'hello' && sequence === 0;
    if (this.expectedSequence !== undefined && !restarted) {
      this.counted.lostFrames += (sequence - this.expectedSequence) & 0xff;
    }
    this.expectedSequence = (sequence + 1) & 0xff;
    if (frame.kind === 'unknown') this.counted.skippedFrames += 1;
    if (frame.kind === 'malformed') this.counted.malformedFrames += 1;
    for (const listener of [...this.listeners]) listener(frame);
  }
}
