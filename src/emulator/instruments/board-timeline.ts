import type { Target } from '../../targets/target.js';
import { type ActivityEvent, ActivityParser, type ActivitySlice } from '../activity/activity-parser.js';
import { BOARD_CLOCK_ERROR, SupplyModel } from './supply.js';

/** What an instrument sees of a board. */
export interface BoardState {
  readonly amperes: number;
  readonly marker: boolean;
}

/** A board as its instruments see it: time goes on with every look. */
export interface ObservedBoard {
  /** The state after so many more seconds. */
  after(seconds: number): BoardState;
}

type Segment =
  | {
      readonly kind: 'run';
      readonly slice: ActivitySlice;
      readonly seconds: number;
      readonly marker: boolean;
    }
  | { readonly kind: 'sleep'; readonly seconds: number; readonly marker: boolean };

/**
 * Lays what an emulated core did on a time axis: an instruction takes the profile's cycles at the profile's clock, a sleep its own time.
 * The emulator is faster or slower than the board that it stands for; so what it did is played when it is complete, an inference from its
 * rising to its falling marker without a break, and between the pieces the board idles.
 */
export class BoardTimeline implements ObservedBoard {
  private readonly parser: ActivityParser;
  private readonly supply: SupplyModel;
  private readonly secondsPerInstruction: number;
  private readonly secondsPerTick: number;
  private played: Segment[] = [];
  private next = 0;
  /** Since the marker rose; not complete. */
  private pending: Segment[] = [];
  private high = false;
  private left = 0;
  private now: BoardState;

  constructor(target: Pick<Target, 'power' | 'clockHz' | 'cyclesPerInstruction' | 'marker'>) {
    this.parser = new ActivityParser(target.marker?.bit ?? 0);
    this.supply = new SupplyModel(target);
    const hz = target.clockHz * (1 + BOARD_CLOCK_ERROR);
    this.secondsPerInstruction = target.cyclesPerInstruction.value / hz;
    this.secondsPerTick = 1 / hz;
    this.now = { amperes: this.supply.idle(0), marker: false };
  }

  /** What the emulator said, in any pieces. */
  push(text: Uint8Array): void {
    for (const event of this.parser.push(text)) this.take(event);
  }

  /** Nothing that was done before is played any more. */
  forget(): void {
    this.played = [];
    this.pending = [];
    this.next = 0;
    this.left = 0;
  }

  after(seconds: number): BoardState {
    this.left -= seconds;
    while (this.left <= 0) {
      if (this.next === this.played.length) {
        this.played = [];
        this.next = 0;
        this.left = 0;
        this.now = { amperes: this.supply.idle(seconds), marker: false };
        return this.now;
      }
      this.enter(this.played[this.next]);
      this.next += 1;
    }
    return this.now;
  }

  private enter(segment: Segment): void {
    const { seconds, marker } = segment;
    this.left += seconds;
    const amperes =
      segment.kind === 'run' ? this.supply.running(segment.slice, seconds) : this.supply.sleeping(seconds);
    this.now = { amperes, marker };
  }

  private take(event: ActivityEvent): void {
    switch (event.kind) {
      case 'slice':
        this.lay({
          kind: 'run',
          slice: event,
          seconds: event.instructions * this.secondsPerInstruction,
          marker: this.high,
        });
        return;
      case 'sleep':
        this.lay({ kind: 'sleep', seconds: event.ticks * this.secondsPerTick, marker: this.high });
        return;
      case 'marker':
        this.setMarker(event.high);
        return;
      case 'reset':
        this.setMarker(false);
    }
  }

  private setMarker(high: boolean): void {
    this.high = high;
    if (high) return;
    for (const segment of this.pending) this.played.push(segment);
    this.pending = [];
  }

  private lay(segment: Segment): void {
    if (segment.seconds === 0) return;
    if (segment.marker) this.pending.push(segment);
    else this.played.push(segment);
  }
}
