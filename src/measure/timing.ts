import type { Target } from '../targets/target.js';
import type { Hello } from './frames/types.js';

/** `simulated`: an emulator had a part in it. Told by the device and the target, never chosen by a caller. */
export type Provenance = 'simulated' | 'measured';

export function provenanceOf(hello: Hello, target: Target): Provenance {
  const simulated = hello.emulated || hello.countsInstructions || target.counter.counts === 'instructions';
  return simulated ? 'simulated' : 'measured';
}

/** What ticks of the device's counter mean on this target. */
export interface TickMeaning {
  readonly counts: 'cycles' | 'instructions';
  /** Ticks to cycles or instructions. */
  readonly units: (ticks: number) => number;
  /** Ticks to seconds of the real part. */
  readonly seconds: (ticks: number) => number;
  /** How sure the seconds are: an emulated part has no cycles, only instructions. */
  readonly latencyKind: Provenance | 'estimated';
  /** The rule in words, for the report. */
  readonly basis: string;
}

export function tickMeaning(hello: Hello, target: Target): TickMeaning {
  const { counter, clockHz, cyclesPerInstruction, emulator } = target;
  if (counter.counts === 'instructions') {
    const nsPerInstruction = emulator?.kind === 'qemu' ? 2 ** emulator.icountShift : 1;
    const units = (ticks: number): number => Math.round((ticks * 1e9) / counter.hz / nsPerInstruction);
    return {
      counts: 'instructions',
      units,
      seconds: (ticks) => (units(ticks) * cyclesPerInstruction.value) / clockHz,
      latencyKind: 'estimated',
      basis: `instructions x ${cyclesPerInstruction.value} cycles an instruction / ${clockHz} Hz (${cyclesPerInstruction.source})`,
    };
  }
  const units = (ticks: number): number => Math.round((ticks * clockHz) / counter.hz);
  return {
    counts: 'cycles',
    units,
    seconds: (ticks) => ticks / counter.hz,
    latencyKind: provenanceOf(hello, target),
    basis: `cycles of ${counter.kind} / ${clockHz} Hz`,
  };
}
