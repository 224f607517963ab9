import { Random } from '../../src/core/random.js';
import { TelnetDecoder } from '../../src/flash/link/telnet.js';
import { parseChecksum, parseGet, parseProductId } from '../../src/flash/stm32-uart/replies.js';
import { ConsoleReceiver, encodeConsole } from '../../src/flash/smp/console.js';
import { decodePacket, encodePacket } from '../../src/flash/smp/packet.js';
import { FrameDecoder } from '../../src/measure/frames/frame-codec.js';

/** A parser that is fed bytes and tells what it understood; `state` sums that up, whatever the chunks were. */
interface Fed {
  push(bytes: Uint8Array): void;
  state(): string;
}

const PARSERS: Readonly<Record<string, () => Fed>> = {
  'SMP console': () => {
    const sum = new Sum();
    const receiver = new ConsoleReceiver(
      (packet) => {
        const decoded = decodePacket(packet);
        sum.add(`packet ${packet.length} ${decoded === undefined ? 'none' : decoded.command}`);
      },
      (line) => {
        sum.add(line);
      },
    );
    return {
      push: (bytes) => {
        receiver.push(bytes);
      },
      state: () => `${sum.text()} ${receiver.damaged}`,
    };
  },
  telnet: () => {
    const sum = new Sum();
    let data = 0;
    const decoder = new TelnetDecoder({
      onData: (bytes) => {
        for (const byte of bytes) data = (Math.imul(data, 31) + byte) >>> 0;
      },
      onVerb: (verb, option) => {
        sum.add(`${verb} ${option}`);
      },
      onSubnegotiation: (bytes) => {
        sum.add(Buffer.from(bytes).toString('hex'));
      },
    });
    return {
      push: (bytes) => {
        decoder.push(bytes);
      },
      state: () => `${sum.text()} ${data}`,
    };
  },
  'device frames': () => {
    const sum = new Sum();
    const decoder = new FrameDecoder();
    return {
      push: (bytes) => {
        for (const frame of decoder.push(bytes)) sum.add(JSON.stringify(frame));
      },
      state: () => sum.text(),
    };
  },
};

/** A running hash, so that hours of output cost no memory. */
class Sum {
  private count = 0;
  private hash = 0;

  add(text: string): void {
    this.count += 1;
    for (let i = 0; i < text.length; i++) this.hash = (Math.imul(this.hash, 31) + text.charCodeAt(i)) >>> 0;
  }

  text(): string {
    return `${this.count} ${this.hash}`;
  }
}

export interface ParserResult {
  readonly parser: string;
  readonly bytes: number;
  /** The chunks made a difference, or something was thrown. */
  readonly failures: number;
  /** Growth of the heap over the second half of the bytes, after a collection where Node offers one. */
  readonly heapGrowthBytes: number;
}

const PIECE = 1 << 16;

/** Noise, with real packets and the protocols' own marks strewn in, so that it reaches beyond the first check. */
function noise(random: Random): Uint8Array {
  const bytes = Uint8Array.from({ length: PIECE }, () => random.integer(0, 255));
  const packet = encodeConsole(
    encodePacket({
      op: 3,
      group: 1,
      command: 1,
      sequence: 1,
      body: { rc: 0, off: random.integer(0, 1 << 20) },
    }),
  );
  for (let i = 0; i < 64; i++) {
    bytes.set(packet, random.integer(0, PIECE - packet.length - 1));
    bytes[random.integer(0, PIECE - 1)] = 0x0a;
    bytes[random.integer(0, PIECE - 1)] = 0xff;
    bytes[random.integer(0, PIECE - 1)] = 0;
  }
  return bytes;
}

/** Every parser with so many bytes, whole and in random chunks. */
export function feedParsers(bytes: number): ParserResult[] {
  const results = Object.entries(PARSERS).map(([parser, make]) => {
    const random = Random.fromSeed(99);
    const [whole, cut] = [make(), make()];
    let failures = 0;
    let middle = 0;
    for (let done = 0; done < bytes; done += PIECE) {
      const piece = noise(random);
      try {
        whole.push(piece);
        for (let start = 0; start < PIECE;) {
          const end = start + random.integer(1, 300);
          cut.push(piece.subarray(start, end));
          start = end;
        }
      } catch {
        failures += 1;
      }
      if (whole.state() !== cut.state()) failures += 1;
      if (done <= bytes / 2 && done + PIECE > bytes / 2) middle = heap();
    }
    return { parser, bytes, failures, heapGrowthBytes: heap() - middle };
  });
  return [...results, shortReplies(bytes)];
}

/** The STM32 loader's answers have lengths that are known before: there are no chunks, only contents. */
function shortReplies(bytes: number): ParserResult {
  const random = Random.fromSeed(98);
  let failures = 0;
  const middle = heap();
  for (let done = 0; done < bytes;) {
    const reply = Uint8Array.from({ length: random.integer(1, 12) }, () => random.integer(0, 255));
    done += reply.length;
    try {
      parseGet(reply);
      parseProductId(reply);
      parseChecksum(reply);
    } catch {
      failures += 1;
    }
  }
  return { parser: 'STM32 replies', bytes, failures, heapGrowthBytes: heap() - middle };
}

function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
