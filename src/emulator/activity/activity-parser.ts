/** Instructions of some microseconds of an emulated core, by class. */
export interface ActivitySlice {
  readonly kind: 'slice';
  readonly instructions: number;
  readonly alu: number;
  readonly loads: number;
  readonly stores: number;
  readonly multiplies: number;
  readonly branches: number;
  /** Coprocessor, floating point, vector. */
  readonly others: number;
  /** Loads of data from flash; fetches of instructions are not among them. */
  readonly flashReads: number;
}

export type ActivityEvent =
  | ActivitySlice
  | { readonly kind: 'marker'; readonly high: boolean }
  /** The core waited for so many ticks of its own clock. */
  | { readonly kind: 'sleep'; readonly ticks: number }
  | { readonly kind: 'reset' };

const SYSTICK_CONTROL = 0x0;
const SYSTICK_RELOAD = 0x4;
const MAX_LINE = 4096;

/** What QEMU logs (`activityArguments`) as events. Lines that are something else are left out. */
export class ActivityParser {
  private rest = '';
  private reload = 0;
  private counting = false;
  private reloads = 0;

  /** @param markerBit bit of the marker in its register, the first of the FPGA's I/O registers */
  constructor(private readonly markerBit: number) {}

  push(text: Uint8Array): ActivityEvent[] {
    const lines = (this.rest + Buffer.from(text).toString('latin1')).split('\n');
    this.rest = (lines.pop() ?? '').slice(-MAX_LINE);
    return lines.map((line) => this.parse(line)).filter((event) => event !== undefined);
  }

  private parse(line: string): ActivityEvent | undefined {
    if (line.startsWith('LS ')) return parseSlice(line);
    const write = /^mps2_fpgaio_write .*offset 0x0 data 0x([0-9a-f]+) /.exec(line);
    if (write !== null) {
      return { kind: 'marker', high: ((Number.parseInt(write[1], 16) >>> this.markerBit) & 1) === 1 };
    }
    if (line.startsWith('mps2_fpgaio_reset')) return { kind: 'reset' };
    if (line.startsWith('systick_timer_tick')) this.reloads += 1;
    const systick = /^systick_write .*addr 0x([0-9a-f]+) data 0x([0-9a-f]+)/.exec(line);
    if (systick === null) return undefined;
    return this.setSystick(Number.parseInt(systick[1], 16), Number.parseInt(systick[2], 16));
  }

  /**
   * Whoever enables the timer waits for it. QEMU reloads it when it is enabled, mostly but not always, and when a period ends: a
   * period has passed in any case.
   */
  private setSystick(address: number, data: number): ActivityEvent | undefined {
    if (address === SYSTICK_RELOAD) this.reload = data;
    if (address !== SYSTICK_CONTROL) return undefined;
    const waited = this.counting && this.reloads > 0;
    const periods = Math.max(1, this.reloads - 1);
    this.counting = (data & 1) === 1;
    this.reloads = 0;
    return waited ? { kind: 'sleep', ticks: periods * (this.reload + 1) } : undefined;
  }
}

function parseSlice(line: string): ActivitySlice | undefined {
  const values = line.slice(3).split(' ').map(Number);
  if (values.length !== 8 || !values.every(Number.isSafeInteger)) return undefined;
  const [instructions, alu, loads, stores, multiplies, branches, others, flashReads] = values;
  return { kind: 'slice', instructions, alu, loads, stores, multiplies, branches, others, flashReads };
}
