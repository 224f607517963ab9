import type { KeyObject } from 'node:crypto';
import {
  readMcubootImage,
  securityCounterOf,
  type McubootImage,
} from '../../../src/flash/mcuboot/image-format.js';
import { imageVersionText } from '../../../src/flash/mcuboot/image-version.js';
import { verifyImage } from '../../../src/flash/mcuboot/sign.js';
import { ConsoleReceiver, encodeConsole } from '../../../src/flash/smp/console.js';
import { decodePacket, encodePacket, type SmpBody, type SmpPacket } from '../../../src/flash/smp/packet.js';
import type { FakePeer } from './memory-link.js';

export type SmpFault = 'silence' | 'garbage' | 'busy' | 'unplug' | 'lose-state';

export interface FakeMcubootOptions {
  readonly slotBytes: number;
  /** The key that the boot loader was built with. */
  readonly key: KeyObject;
  /** Serial recovery (uploads into the slot that runs) or a running application (into the second slot). */
  readonly mode: 'recovery' | 'application';
  readonly bufferBytes?: number;
  /** Whether the answer to "parameters" is there; MCUboot's recovery may lack it. */
  readonly tellsParameters?: boolean;
  /** Largest security counter seen before. */
  readonly securityCounter?: number;
  readonly fault?: (answer: number) => SmpFault | undefined;
  /** Never confirms what it runs for a test, and comes back with the old one. */
  readonly staysSilentAfterSwap?: boolean;
}

interface Upload {
  readonly length: number;
  readonly sha: string;
  off: number;
}

/** What MCUboot 2.4 does with two slots, and the SMP server of its recovery and of a Zephyr application. */
export class FakeMcuboot implements FakePeer {
  readonly slots: [Uint8Array, Uint8Array];
  /** Digest of the image that runs; undefined: MCUboot waits for a valid one. */
  running: string | undefined;
  confirmed = true;
  pending: 'test' | 'permanent' | undefined;
  resets = 0;
  answers = 0;
  received = 0;
  private upload: Upload | undefined;
  private silent = false;
  private readonly receiver: ConsoleReceiver;

  constructor(
    private readonly send: (bytes: Uint8Array) => void,
    private readonly unplug: () => void,
    readonly options: FakeMcubootOptions,
    slots?: readonly [Uint8Array, Uint8Array],
  ) {
    const empty = (): Uint8Array => new Uint8Array(options.slotBytes).fill(0xff);
    this.slots = slots === undefined ? [empty(), empty()] : [slots[0].slice(), slots[1].slice()];
    this.receiver = new ConsoleReceiver((bytes) => {
      const packet = decodePacket(bytes);
      if (packet !== undefined) this.handle(packet);
    });
    this.boot();
  }

  receive(bytes: Uint8Array): void {
    if (!this.silent) this.receiver.push(bytes);
  }

  /** As MCUboot decides at a reset. */
  boot(): void {
    const second = this.validImage(1);
    if (this.pending !== undefined && second !== undefined) {
      this.slots.reverse();
      this.confirmed = this.pending === 'permanent';
      this.silent = this.options.staysSilentAfterSwap === true;
    } else if (!this.confirmed) {
      this.slots.reverse();
      this.confirmed = true;
    }
    this.pending = undefined;
    const image = this.validImage(0);
    this.running = image === undefined ? undefined : hex(image.digest);
  }

  /** MCUboot's own check: magic, hash, key, signature, security counter. */
  validImage(slot: 0 | 1): McubootImage | undefined {
    try {
      const image = readMcubootImage(this.slots[slot]);
      verifyImage(this.slots[slot], image, this.options.key);
      const counter = securityCounterOf(image) ?? 0;
      return counter >= (this.options.securityCounter ?? 0) ? image : undefined;
    } catch {
      return undefined;
    }
  }

  private handle(request: SmpPacket): void {
    const step = this.answers++;
    const fault = this.options.fault?.(step);
    if (fault === 'lose-state') this.upload = undefined;
    if (fault === 'unplug') {
      this.unplug();
      return;
    }
    const body = fault === 'busy' ? { rc: 10 } : this.answer(request);
    if (fault === 'garbage') this.send(Uint8Array.of(0x06, 0x09, 0x21, 0x0a, 0xff, 0x00));
    else if (fault !== 'silence') {
      const packet = encodePacket({ ...request, op: request.op === 0 ? 1 : 3, body });
      // The application's own words, in between.
      this.send(Buffer.concat([Buffer.from('[00:00:01] hello\r\n'), encodeConsole(packet)]));
    }
    if (request.group === 0 && request.command === 5 && fault !== 'busy') {
      this.resets += 1;
      this.upload = undefined;
      this.boot();
    }
  }

  private answer({ group, command, op, body }: SmpPacket): SmpBody {
    const application = this.options.mode === 'application';
    switch (`${group}.${command}`) {
      case '0.0':
        return { r: body.d };
      case '0.5':
        return { rc: 0 };
      case '0.6':
        if (this.options.tellsParameters === false) return { rc: 8 };
        return { buf_size: this.options.bufferBytes ?? 512, buf_count: 1 };
      case '1.0':
        if (op === 0) return this.list();
        return application ? this.setState(body) : { rc: 8 };
      case '1.1':
        return this.take(body);
      default:
        return { rc: 8 };
    }
  }

  private list(): SmpBody {
    const images = ([0, 1] as const).flatMap((slot) => {
      const image = this.validImage(slot);
      if (image === undefined) return [];
      const { digest: hash, version } = image;
      const common = { slot, version: imageVersionText(version), hash: Uint8Array.from(hash) };
      if (this.options.mode === 'recovery') return [common];
      const active = slot === 0;
      return [
        {
          ...common,
          active,
          confirmed: active && this.confirmed,
          pending: !active && this.pending !== undefined,
        },
      ];
    });
    return { images: this.options.mode === 'recovery' ? images.filter(({ slot }) => slot === 0) : images };
  }

  private setState({ hash, confirm }: SmpBody): SmpBody {
    if (hash === undefined) {
      this.confirmed = true;
      return this.list();
    }
    const second = this.validImage(1);
    if (second === undefined || hex(second.digest) !== hex(hash as Uint8Array)) return { rc: 5 };
    this.pending = confirm === true ? 'permanent' : 'test';
    return this.list();
  }

  private take(body: SmpBody): SmpBody {
    const data = body.data as Uint8Array;
    const slot = this.slots[this.options.mode === 'recovery' ? 0 : 1];
    if (body.off === 0) {
      const length = body.len as number;
      if (length > slot.length - 3000) return { rc: 3 };
      const sha = hex(body.sha as Uint8Array);
      // The same file again: go on where it was.
      if (this.upload?.sha === sha && this.upload.length === length && this.upload.off > 0) {
        return { rc: 0, off: this.upload.off };
      }
      slot.fill(0xff);
      this.upload = { length, sha, off: 0 };
    }
    const { upload } = this;
    if (upload === undefined) return { rc: 0, off: 0 };
    if (body.off !== upload.off) return { rc: 0, off: upload.off };
    slot.set(data, upload.off);
    upload.off += data.length;
    this.received += data.length;
    const { off } = upload;
    if (off === upload.length) this.upload = undefined;
    return { rc: 0, off };
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
