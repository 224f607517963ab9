import type { ByteLink } from '../link/byte-link.js';
import { RESYNC_FRAME, SYNC_FRAME, commandFrame } from './frames.js';
import { faultOfReply, noBootloader, stepFault } from './loader-errors.js';
import { type Reply, ReplyByte } from './replies.js';
import { type LoaderTimeLimits, withWire } from './time-limits.js';

const SYNC_ATTEMPTS = 4;

/** As many fillers as the data phase of a Write can still be waiting for: 256 bytes and a checksum. */
const RESYNC_BURST = Uint8Array.from({ length: 258 }, (_, i) => RESYNC_FRAME[i % 2]);

/** Frames out, answers in, and the way back after a fault. Knows no command. */
export class LoaderTransport {
  constructor(
    readonly link: ByteLink,
    readonly limits: LoaderTimeLimits,
  ) {}

  /** Finds the loader, whatever state it is in. Rejects with `FLASH_NO_BOOTLOADER`. */
  async sync(): Promise<void> {
    this.link.discardInput();
    // Where the loader was in sync already, every second 7F completes a bad pair: NACK is then as good as ACK.
    for (let attempt = 0; attempt < SYNC_ATTEMPTS; attempt++) {
      await this.link.write(SYNC_FRAME);
      const reply = await this.reply(this.limits.syncMs);
      const found = reply.kind === 'ack' || reply.kind === 'nack';
      // Answers to the earlier ones, or what an application said before its reset, may be under way still.
      if (attempt > 0 || !found) await this.quiet();
      if (found) return;
    }
    // It may be inside a data phase of a job that was cut off.
    if (!(await this.tryResync())) throw noBootloader(this.link.description);
  }

  /** After a fault: back to where the loader waits for a command. Rejects with `FLASH_NO_REPLY`. */
  async resync(): Promise<void> {
    if (!(await this.tryResync()))
      throw stepFault('FLASH_NO_REPLY', 'resync', 'the boot loader no longer answers');
  }

  /** Sends a command's pair and waits for ACK; anything that came unasked before is dropped. */
  async command(code: number, step: string): Promise<void> {
    this.link.discardInput();
    await this.exchange(commandFrame(code), step, this.limits.replyMs);
  }

  /** Sends one frame and waits for ACK for `limitMs` beside the wire's own time. */
  async exchange(frame: Uint8Array, step: string, limitMs: number): Promise<void> {
    await this.link.write(frame);
    await this.expectAck(step, withWire(limitMs, frame.length + 1, this.link.baud));
  }

  async expectAck(step: string, limitMs: number): Promise<void> {
    const reply = await this.reply(limitMs);
    if (reply.kind !== 'ack') throw faultOfReply(reply, step);
  }

  /** Exactly so many bytes of an answer. */
  async receive(count: number, step: string): Promise<Uint8Array> {
    const bytes = await this.link.read(count, withWire(this.limits.replyMs, count, this.link.baud));
    if (bytes.length < count) {
      throw stepFault('FLASH_NO_REPLY', step, `the answer broke off after ${bytes.length} of ${count} bytes`);
    }
    return bytes;
  }

  /** One answer byte; BUSY is skipped, but never for longer than the limit. */
  private async reply(limitMs: number): Promise<Reply> {
    const { clock } = this.link;
    const end = clock.now() + limitMs;
    for (let left = limitMs; left >= 0; left = end - clock.now()) {
      const bytes = await this.link.read(1, left);
      if (bytes.length === 0) return { kind: 'silence' };
      if (bytes[0] === ReplyByte.ack) return { kind: 'ack' };
      if (bytes[0] === ReplyByte.nack) return { kind: 'nack' };
      if (bytes[0] !== ReplyByte.busy) return { kind: 'garbage', byte: bytes[0] };
    }
    return { kind: 'silence' };
  }

  /**
   * The invalid pair FF 00 (many of them, where one changes nothing) fills up whatever block the loader is in, until it is refused. Where a block ended between the two bytes, the
   * 00 is left over and makes the next pair a Get (00 FF), which is answered by ACK: one FF more puts that right. Two refusals in
   * a row mean that the loader waits for the first byte of a command.
   */
  private async tryResync(): Promise<boolean> {
    const { clock } = this.link;
    const end = clock.now() + this.limits.resyncMs;
    let refusals = 0;
    while (clock.now() < end) {
      await this.quiet();
      await this.link.write(RESYNC_FRAME);
      const reply = await this.reply(this.limits.resyncStepMs);
      refusals = reply.kind === 'nack' ? refusals + 1 : 0;
      if (reply.kind === 'ack') await this.link.write(RESYNC_FRAME.subarray(0, 1));
      if (reply.kind === 'silence') await this.link.write(RESYNC_BURST);
      if (refusals === 2) {
        await this.quiet();
        return true;
      }
    }
    return false;
  }

  /** Drops input until the line is quiet; bounded, so that a babbling device cannot hold it for ever. */
  private async quiet(): Promise<void> {
    const { clock } = this.link;
    const end = clock.now() + this.limits.resyncStepMs;
    this.link.discardInput();
    while (clock.now() < end) {
      const bytes = await this.link.readSome(4096, this.limits.quietMs);
      if (bytes.length === 0) return;
    }
  }
}
