import type { InstrumentFault } from './faults.js';
import type { VirtualInstrument } from './virtual-instrument.js';

/** Most samples made at once: commands of the host are heard between. */
const MOST_AT_ONCE = 20_000;

/** Seconds of samples, by this machine's clock, that it keeps for a host that does not read; then it loses them. */
const BUFFER_SECONDS = 10;
const BYTES_A_SAMPLE = 4;

export interface RunnerOptions {
  /** Seconds of the instrument's clock in one of this machine's. */
  readonly scale: number;
  readonly faults: readonly InstrumentFault[];
  /** Seconds from an arbitrary start. */
  readonly now: () => number;
  /** Sends bytes; returns how many bytes wait for the host by now. */
  readonly send: (bytes: Uint8Array) => number;
  readonly unplug: () => void;
}

type TimedFault = Extract<InstrumentFault, { atSeconds: number }>;

/** Runs an instrument by the clock, and does to its bytes what the faults say. */
export class InstrumentRunner {
  /** Samples made since streaming began. */
  private made = 0;
  private began: number | undefined;
  private waitingForHost = 0;
  private readonly rate: number;
  private pending: TimedFault[] = [];
  private bytesToLose = 0;
  private held: Uint8Array[] = [];
  private heldUntil = 0;

  constructor(
    private readonly instrument: VirtualInstrument,
    private readonly options: RunnerOptions,
  ) {
    const skews = options.faults.filter((fault) => fault.kind === 'skew');
    this.rate = options.scale * skews.reduce((rate, { fraction }) => rate * (1 + fraction), 1);
  }

  get streaming(): boolean {
    return this.instrument.streaming;
  }

  receive(bytes: Uint8Array): void {
    const before = this.instrument.streaming;
    const answer = this.instrument.receive(bytes);
    if (answer.length > 0) this.options.send(answer);
    if (this.instrument.streaming && !before) this.begin();
  }

  /** Sends what is due by now; to be called every few milliseconds. */
  tick(): void {
    if (this.began === undefined || !this.instrument.streaming) return;
    const { now } = this.options;
    const due = Math.floor((now() - this.began) * this.rate * this.instrument.sampleHz) - this.made;
    let left = Math.min(due, MOST_AT_ONCE);
    while (left > 0) {
      const part = Math.min(left, this.samplesToNextFault());
      if (part > 0) this.emit(this.instrument.stream(part), part);
      left -= part;
      this.applyFaults();
    }
    if (this.heldUntil > 0 && now() >= this.heldUntil) this.release();
  }

  private begin(): void {
    this.began = this.options.now();
    this.made = 0;
    this.pending = this.options.faults
      .filter((fault) => fault.kind !== 'skew')
      .sort((a, b) => a.atSeconds - b.atSeconds);
  }

  private samplesToNextFault(): number {
    if (this.pending.length === 0) return MOST_AT_ONCE;
    return Math.max(0, Math.round(this.pending[0].atSeconds * this.instrument.sampleHz) - this.made);
  }

  private applyFaults(): void {
    while (this.pending.length > 0 && this.samplesToNextFault() === 0) {
      const fault = this.pending[0];
      this.pending.shift();
      if (fault.kind === 'lose-samples') {
        this.instrument.stream(fault.count);
        this.made += fault.count;
      } else if (fault.kind === 'lose-bytes') this.bytesToLose += fault.count;
      else if (fault.kind === 'stall')
        this.heldUntil = this.options.now() + fault.seconds / this.options.scale;
      else this.options.unplug();
    }
  }

  private emit(bytes: Uint8Array, samples: number): void {
    this.made += samples;
    const lost = Math.min(this.bytesToLose, bytes.length);
    this.bytesToLose -= lost;
    const kept = bytes.subarray(lost);
    if (this.heldUntil > 0) this.held.push(kept);
    else this.send(kept);
  }

  private send(bytes: Uint8Array): void {
    // A full buffer: what is made meanwhile is lost, and the counter has gone on.
    const limit = BUFFER_SECONDS * this.options.scale * this.instrument.sampleHz * BYTES_A_SAMPLE;
    if (this.waitingForHost > limit) this.waitingForHost = this.options.send(new Uint8Array(0));
    if (this.waitingForHost <= limit) this.waitingForHost = this.options.send(bytes);
  }

  private release(): void {
    this.heldUntil = 0;
    for (const bytes of this.held) this.options.send(bytes);
    this.held = [];
  }
}
