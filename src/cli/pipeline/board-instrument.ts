import { parseFaults } from '../../emulator/instruments/faults.js';
import { type RunningInstrument, startInstrument } from '../../emulator/instruments/start-instrument.js';
import type { InstrumentKind } from '../../emulator/instruments/virtual-instrument.js';
import { parsePowerSpec, positiveOption } from '../../measure/power/power-spec.js';
import type { Target } from '../../targets/target.js';

/** The clock of a virtual instrument runs faster than ours, so that nobody waits; QEMU is fast enough for that. */
const DEFAULT_SCALE = 4;
const DEFAULT_SEED = 1;

const VIRTUAL_KINDS: ReadonlyMap<string, InstrumentKind> = new Map([
  ['virtual-ppk2', 'ppk2'],
  ['virtual-lpm01a', 'lpm01a'],
]);

export interface BoardInstrument extends RunningInstrument {
  readonly kind: InstrumentKind;
  /** Seconds of its clock in one of ours. */
  readonly scale: number;
}

/** The virtual instrument that is named so; undefined where a real one is. Rejects as `startInstrument`. */
export async function startBoardInstrument(
  target: Target,
  analyzer: string,
): Promise<BoardInstrument | undefined> {
  const spec = parsePowerSpec(analyzer);
  const kind = VIRTUAL_KINDS.get(spec.kind);
  if (kind === undefined) return undefined;
  const scale = positiveOption(spec, 'scale', DEFAULT_SCALE);
  const seed = Math.round(positiveOption(spec, 'seed', DEFAULT_SEED));
  const faults = parseFaults(Object.hasOwn(spec.options, 'fault') ? spec.options.fault : '');
  const { power, clockHz, cyclesPerInstruction, marker } = target;
  const running = await startInstrument({
    kind,
    target: { power, clockHz, cyclesPerInstruction, marker },
    scale,
    seed,
    faults,
  });
  return { ...running, kind, scale };
}
