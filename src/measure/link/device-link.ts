import { type ByteLink, wireMs } from '../../flash/link/byte-link.js';
import {
  helloCommand,
  inferCommand,
  loadCommand,
  markerCommand,
  memoryCommand,
  resetCommand,
  sleepCommand,
  traceCommand,
} from '../frames/commands.js';
import { type Hello, MAX_LOAD_BYTES, type MemoryFrame } from '../frames/types.js';
import { CommandChannel, FRAME_BYTES } from './command-channel.js';
import { answerIncomplete, deviceChanged, deviceSilent, isLineFault } from './device-errors.js';
import { type DeviceTimeLimits, defaultDeviceLimits } from './device-limits.js';
import { type FrameListener, FrameStream, type LinkCounters } from './frame-stream.js';
import { type DeviceInference, InferenceCollector } from './inference-collector.js';

/** Frame stream and what this side did about its faults. */
export interface DeviceLinkCounters extends LinkCounters {
  /** Commands sent again because no answer came. */
  readonly resent: number;
  /** Inferences done again from the hello on. */
  readonly repeatedInferences: number;
}

export interface InferOptions {
  readonly repeat?: number;
  /** Called once the device has begun; what it does costs no time while the device is busy. */
  readonly whileRunning?: () => void;
}

/** The measuring firmware, as docs/device-protocol.md has it. Owns the byte link. */
export class DeviceLink {
  private readonly stream: FrameStream;
  private readonly channel: CommandChannel;
  private readonly limits: DeviceTimeLimits;
  private identity: Hello | undefined;
  private traced = false;
  private longestInferenceMs: number | undefined;
  private repeatedInferences = 0;

  constructor(
    private readonly link: ByteLink,
    limits: Partial<DeviceTimeLimits> = {},
  ) {
    this.limits = { ...defaultDeviceLimits, ...limits };
    this.stream = new FrameStream(link);
    this.channel = new CommandChannel(link, this.stream, this.limits);
  }

  get description(): string {
    return this.link.description;
  }

  get counters(): DeviceLinkCounters {
    return {
      ...this.stream.counters,
      resent: this.channel.resent,
      repeatedInferences: this.repeatedInferences,
    };
  }

  /** Hears every frame of the device until the returned function is called. */
  onFrame(listener: FrameListener): () => void {
    return this.stream.listen(listener);
  }

  /** Who is there; ends whatever the device was doing, and restores the trace mode that was set here. */
  async hello(): Promise<Hello> {
    const hello = await this.channel.ask(helloCommand(), (frame) =>
      frame.kind === 'hello' ? frame : undefined,
    );
    this.channel.busyMs = 0;
    this.identity ??= hello;
    if (hello.modelHash !== this.identity.modelHash || hello.buildId !== this.identity.buildId) {
      throw deviceChanged(this.description);
    }
    if (this.traced) await this.channel.request(traceCommand(true));
    return hello;
  }

  async trace(on: boolean): Promise<void> {
    await this.channel.request(traceCommand(on));
    this.traced = on;
  }

  /** `pulses` 1..255 on the marker pin. */
  async marker(pulses: number): Promise<void> {
    await this.channel.request(markerCommand(pulses));
  }

  /** Resolves when the device has come up again and said so. */
  async reset(): Promise<void> {
    const back = this.stream.expect(
      (frame) => (frame.kind === 'hello' ? frame : undefined),
      this.limits.resetMs,
    );
    try {
      await this.channel.request(resetCommand());
      if ((await back.answer) === undefined) throw deviceSilent(this.description, 'reset');
    } finally {
      back.cancel();
    }
  }

  /** Resolves when the device is awake again. */
  async sleep(milliseconds: number): Promise<void> {
    await this.channel.requestTwice(sleepCommand(milliseconds), milliseconds + this.limits.wakeMs);
  }

  memory(): Promise<MemoryFrame> {
    return this.channel.ask(memoryCommand(), (frame) => (frame.kind === 'memory' ? frame : undefined));
  }

  /** Hands the whole input over, acknowledged part by part. */
  async load(sample: number, input: Int8Array): Promise<void> {
    const bytes = new Uint8Array(input.buffer, input.byteOffset, input.length);
    for (let offset = 0; offset < bytes.length; offset += MAX_LOAD_BYTES) {
      const part = bytes.subarray(offset, offset + MAX_LOAD_BYTES);
      const ack = await this.channel.request(loadCommand(sample, offset, part));
      if (ack.next !== offset + part.length) throw answerIncomplete('load');
    }
  }

  /**
   * Loads an input and runs the network on it. Where the line lost part of it, says hello and does the whole again:
   * an `infer` alone may not be repeated.
   */
  async infer(
    sample: number,
    input: Int8Array,
    options: InferOptions = {},
  ): Promise<readonly DeviceInference[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        if (this.identity === undefined || attempt > 1) await this.hello();
        await this.load(sample, input);
        return await this.inferOnce(
          sample,
          options.repeat ?? 1,
          attempt === 1 ? options.whileRunning : undefined,
        );
      } catch (error) {
        if (!isLineFault(error) || attempt >= this.limits.attempts) throw error;
        this.repeatedInferences += 1;
      }
    }
  }

  close(): Promise<void> {
    return this.link.close();
  }

  private async inferOnce(
    sample: number,
    repeat: number,
    whileRunning?: () => void,
  ): Promise<readonly DeviceInference[]> {
    const { identity, traced, limits, link } = this;
    if (identity === undefined) throw new Error('infer before hello');
    const { classes, layers } = identity;
    const collector = new InferenceCollector({ sample, repeat, classes, layers, traced });
    const frames = repeat * ((traced ? layers + 1 : 0) + Math.ceil(classes / 56));
    const oneMs = this.longestInferenceMs;
    const onceMs =
      oneMs === undefined
        ? limits.firstInferenceMs
        : Math.max(limits.leastInferenceMs, oneMs * limits.inferenceFactor);
    const collected = this.stream.expect(
      (frame) => collector.accept(frame),
      limits.replyMs + repeat * onceMs + 2 * wireMs(frames * FRAME_BYTES, link.baud),
    );
    try {
      const from = link.clock.now();
      this.channel.busyMs = 2 * repeat * (oneMs ?? 0);
      await this.channel.request(inferCommand(sample, repeat), 1);
      whileRunning?.();
      const outcome = await collected.answer;
      if (outcome === undefined) throw deviceSilent(this.description, `infer of sample ${sample}`);
      if (outcome.kind === 'broken') throw answerIncomplete(`infer of sample ${sample}`);
      this.channel.busyMs = 0;
      this.longestInferenceMs = Math.max(oneMs ?? 0, (link.clock.now() - from) / repeat);
      return outcome.inferences;
    } finally {
      collected.cancel();
    }
  }
}
