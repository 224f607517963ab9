import type { ByteLink } from '../link/byte-link.js';
import { withWire } from '../stm32-uart/time-limits.js';
import { ConsoleReceiver, encodeConsole } from './console.js';
import { decodePacket, encodePacket, type SmpBody, SmpOp, type SmpPacket } from './packet.js';
import { failureOf, isBusy, noAnswer } from './smp-errors.js';
import { defaultSmpLimits, type SmpTimeLimits } from './time-limits.js';

export interface SmpRequest {
  readonly op: typeof SmpOp.read | typeof SmpOp.write;
  readonly group: number;
  readonly command: number;
  readonly body: SmpBody;
  /** For messages: `upload at 4096`. */
  readonly step: string;
}

export interface SmpClientOptions {
  readonly limits?: Partial<SmpTimeLimits>;
  /** How often a request is sent before it counts as unanswered; default 4. */
  readonly attempts?: number;
  /** Console output of the device between packets. */
  readonly onText?: (line: string) => void;
}

/** The longest answer that is waited for on the wire, beside the device's own time. */
const ANSWER_BYTES = 256;

/** Requests and answers over one link; every wait is bounded. */
export class SmpClient {
  readonly limits: SmpTimeLimits;
  retries = 0;
  private readonly attempts: number;
  private readonly receiver: ConsoleReceiver;
  private readonly packets: SmpPacket[] = [];
  private sequence = 0;

  constructor(
    readonly link: ByteLink,
    options: SmpClientOptions = {},
  ) {
    this.limits = { ...defaultSmpLimits, ...options.limits };
    this.attempts = options.attempts ?? 4;
    this.receiver = new ConsoleReceiver((bytes) => {
      const packet = decodePacket(bytes);
      if (packet !== undefined) this.packets.push(packet);
    }, options.onText);
  }

  /**
   * The answer's map. A request that is not answered, or by "busy", is sent again with a new sequence number.
   * Rejects with SMP_NO_REPLY (exit 6) and SMP_REFUSED (exit 7).
   */
  async request(request: SmpRequest, limitMs = this.limits.replyMs): Promise<SmpBody> {
    for (let attempt = 1; ; attempt++) {
      const body = await this.exchange(request, limitMs);
      const failure = body === undefined ? undefined : failureOf(request.step, body);
      if (body !== undefined && failure === undefined) return body;
      if (failure !== undefined && !isBusy(failure)) throw failure;
      if (attempt >= this.attempts) throw failure ?? noAnswer(request.step, this.link.description);
      this.retries += 1;
    }
  }

  /** One try; undefined where no answer came in time. */
  async exchange({ op, group, command, body }: SmpRequest, limitMs: number): Promise<SmpBody | undefined> {
    this.sequence = (this.sequence + 1) & 0xff;
    const { sequence } = this;
    const bytes = encodeConsole(encodePacket({ op, group, command, sequence, body }));
    // A line feed first ends whatever half a line the other side may have.
    await this.link.write(Buffer.concat([Uint8Array.of(0x0a), bytes]));
    const { clock, baud } = this.link;
    const end = clock.now() + withWire(limitMs, bytes.length + ANSWER_BYTES, baud);
    for (;;) {
      const answer = this.take(group, command, sequence, op + 1);
      if (answer !== undefined) return answer.body;
      const left = end - clock.now();
      if (left <= 0) return undefined;
      this.receiver.push(await this.link.readSome(4096, left));
    }
  }

  /** The wanted answer out of what came; answers to earlier requests are dropped. */
  private take(group: number, command: number, sequence: number, op: number): SmpPacket | undefined {
    for (let packet = this.packets.shift(); packet !== undefined; packet = this.packets.shift()) {
      if (packet.op !== op || packet.group !== group) continue;
      if (packet.command === command && packet.sequence === sequence) return packet;
    }
    return undefined;
  }
}
