import type { ByteLink } from '../../flash/link/byte-link.js';

const READ_BYTES = 1 << 16;
const IDLE_MS = 200;
/** A stream that does not end after it was told to is given up after this. */
const DRAIN_LIMIT_MS = 3000;

/** Reads and drops until nothing has come for so long, or the stream never ends. */
export async function drainUntilSilent(link: ByteLink, silenceMs: number): Promise<void> {
  const deadline = link.clock.now() + DRAIN_LIMIT_MS;
  while (link.clock.now() < deadline) {
    if ((await link.readSome(READ_BYTES, silenceMs)).length === 0) return;
  }
}

/** Hands on whatever comes on a link, from start to stop. */
export class StreamPump {
  /** Resolves with what broke the link while it ran. */
  readonly failed: Promise<Error>;
  private readonly fail: (error: Error) => void;
  private running: Promise<void> | undefined;
  private stopping = false;
  private silenceMs = 0;

  constructor(private readonly link: ByteLink) {
    let fail: (error: Error) => void = () => undefined;
    this.failed = new Promise((resolve) => {
      fail = resolve;
    });
    this.fail = fail;
  }

  start(take: (bytes: Uint8Array) => void): void {
    this.running ??= this.run(take);
  }

  /** Hands on what is still under way, until nothing has come for so long. */
  async stopAfterSilence(milliseconds: number): Promise<void> {
    this.silenceMs = milliseconds;
    this.stopping = true;
    await this.running;
    this.running = undefined;
  }

  private async run(take: (bytes: Uint8Array) => void): Promise<void> {
    try {
      let deadline = Number.POSITIVE_INFINITY;
      for (;;) {
        const { stopping } = this;
        const bytes = await this.link.readSome(READ_BYTES, stopping ? this.silenceMs : IDLE_MS);
        if (bytes.length > 0) take(bytes);
        if (!stopping) continue;
        if (deadline === Number.POSITIVE_INFINITY) deadline = this.link.clock.now() + DRAIN_LIMIT_MS;
        if (bytes.length === 0 || this.link.clock.now() > deadline) return;
      }
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
