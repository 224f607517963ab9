import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import type { IntegerModel } from '../../src/model/types.js';

/** A layer or the head. */
export interface PartRun {
  readonly instructions: number;
  readonly spikesIn: number;
  /** 0 for the head. */
  readonly spikesOut: number;
}

export interface DeviceRun {
  /** Of the whole inference, without a trace. */
  readonly instructions: number;
  readonly stackBytes: number;
  readonly contextBytes: number;
  readonly logits: readonly number[];
  /** Layers, then the head; the trace itself adds some tens of instructions to each. */
  readonly parts: readonly PartRun[];
}

/** Virtual time of an instruction with `-icount shift=10`. */
const NANOSECONDS = 1024;

export function parseRecord(
  record: Buffer,
  { model, inputs }: { readonly model: IntegerModel; readonly inputs: readonly Int8Array[] },
  hz: number,
): readonly DeviceRun[] {
  const parts = model.layers.length + 1;
  const words = 3 + model.classes.length + 3 * parts;
  if (record.length !== inputs.length * words * 4) {
    throw new LitesnnError('BENCH_RECORD', ExitCode.internal, `the program wrote ${record.length} bytes`);
  }
  const instructions = (ticks: number): number => Math.round((ticks * 1e9) / hz / NANOSECONDS);
  return inputs.map((_, index) => {
    let at = index * words * 4;
    const next = (): number => record.readUInt32LE((at += 4) - 4);
    return {
      instructions: instructions(next()),
      stackBytes: next(),
      contextBytes: next(),
      logits: model.classes.map(() => next() | 0),
      parts: Array.from({ length: parts }, () => ({
        instructions: instructions(next()),
        spikesIn: next(),
        spikesOut: next(),
      })),
    };
  });
}
