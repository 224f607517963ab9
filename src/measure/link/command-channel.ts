import { type ByteLink, wireMs } from '../../flash/link/byte-link.js';
import type { Command } from '../frames/commands.js';
import { encodeFrame } from '../frames/frame-codec.js';
import type { AckFrame, DeviceFrame, ErrorFrame } from '../frames/types.js';
import { commandName, deviceRefused, deviceSilent } from './device-errors.js';
import type { DeviceTimeLimits } from './device-limits.js';
import type { FrameStream } from './frame-stream.js';

/** Frames are at most this long on the wire. */
export const FRAME_BYTES = 252;

/** Numbers commands, sends them until they are acknowledged, and finds their answers in the stream. */
export class CommandChannel {
  /** Commands sent again because no answer came. */
  resent = 0;
  /** How long the device may be deaf because it is still busy with an inference whose answer was lost. */
  busyMs = 0;
  private sequence = 0;
  private lineCleared = false;

  constructor(
    private readonly link: ByteLink,
    private readonly stream: FrameStream,
    private readonly limits: DeviceTimeLimits,
  ) {}

  /** A command whose answer is a frame of its own after the ack; asked anew when that was lost. */
  async ask<T>(command: Command, match: (frame: DeviceFrame) => T | undefined): Promise<T> {
    for (let attempt = 1; attempt <= this.limits.attempts; attempt++) {
      const found = this.stream.expect(match, this.replyMs + 2 * wireMs(2 * FRAME_BYTES, this.link.baud));
      try {
        await this.request(command);
        const answer = await found.answer;
        if (answer !== undefined) return answer;
      } finally {
        found.cancel();
      }
    }
    throw deviceSilent(this.link.description, commandName(command.type));
  }

  /** Sends until acknowledged, each time with the same number. */
  async request(command: Command, attempts = this.limits.attempts): Promise<AckFrame> {
    const sequence = this.nextSequence();
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) this.resent += 1;
      const answer = await this.exchange(command, sequence, this.replyMs, (frame) => frame);
      if (answer !== undefined) return answer;
    }
    throw deviceSilent(this.link.description, commandName(command.type));
  }

  /** For a command that is acknowledged when it begins and when it has ended, `busyMs` later at most. Sent once. */
  async requestTwice(command: Command, busyMs: number): Promise<void> {
    let acknowledged = 0;
    const answer = await this.exchange(command, this.nextSequence(), this.replyMs + busyMs, (frame) => {
      if (frame.kind === 'error') return frame;
      acknowledged += 1;
      return acknowledged === 2 ? frame : undefined;
    });
    if (answer === undefined) throw deviceSilent(this.link.description, commandName(command.type));
  }

  /** Sends once and waits for an ack or error of this very command. Rejects with `DEVICE_REFUSED` on error. */
  private async exchange(
    command: Command,
    sequence: number,
    limitMs: number,
    accept: (frame: AckFrame | ErrorFrame) => AckFrame | ErrorFrame | undefined,
  ): Promise<AckFrame | undefined> {
    const answer = this.stream.expect(
      (frame) => {
        if (frame.kind !== 'ack' && frame.kind !== 'error') return undefined;
        return frame.command === command.type && frame.sequence === sequence ? accept(frame) : undefined;
      },
      limitMs + 2 * wireMs(2 * FRAME_BYTES, this.link.baud),
    );
    try {
      await this.send(encodeFrame({ type: command.type, sequence, payload: command.payload }));
      const frame = await answer.answer;
      if (frame?.kind === 'error') throw deviceRefused(frame);
      return frame;
    } finally {
      answer.cancel();
    }
  }

  private async send(frame: Uint8Array): Promise<void> {
    // A lone delimiter ends whatever was on the line before this link was opened.
    if (!this.lineCleared) await this.link.write(Uint8Array.of(0));
    this.lineCleared = true;
    await this.link.write(frame);
  }

  private get replyMs(): number {
    return this.limits.replyMs + this.busyMs;
  }

  private nextSequence(): number {
    const { sequence } = this;
    this.sequence = (sequence + 1) & 0xff;
    return sequence;
  }
}
