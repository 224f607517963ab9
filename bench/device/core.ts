import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import { loadTarget } from '../../src/targets/load.js';
import type { Core, Target } from '../../src/targets/target.js';

export const coreNames = ['m0plus', 'm3', 'm4', 'm7', 'm33'] as const;
export type CoreName = (typeof coreNames)[number];

/** A core that QEMU runs alone: no bootloader, no drivers, the program counts and writes its record to the host. */
export interface BenchCore {
  readonly name: CoreName;
  /** Compiler flags follow its core. */
  readonly target: Target;
  readonly machine: string;
  readonly codeOrigin: number;
  readonly dataOrigin: number;
}

/** Code and data memory of the MPS2 boards, each (targets/mps2-*.yaml). */
export const MEMORY_BYTES = 4 * 1024 * 1024;

const boards: Readonly<Record<CoreName, { readonly board: string; readonly core: Core }>> = {
  // QEMU has no such board of ours: a Cortex-M3 runs all that ARMv6-M can say, one instruction for one.
  m0plus: { board: 'mps2-an385', core: 'cortex-m0plus' },
  m3: { board: 'mps2-an385', core: 'cortex-m3' },
  m4: { board: 'mps2-an386', core: 'cortex-m4' },
  m7: { board: 'mps2-an500', core: 'cortex-m7' },
  m33: { board: 'mps2-an505', core: 'cortex-m33' },
};

export function benchCore(name: CoreName): BenchCore {
  const { board, core } = boards[name];
  const target: Target = { ...loadTarget(board), core };
  const { emulator, memory } = target;
  if (
    emulator?.kind !== 'qemu' ||
    memory.bootloaderFlash === undefined ||
    memory.bootloaderRam === undefined
  ) {
    throw new LitesnnError('BENCH_BOARD', ExitCode.internal, `${board} cannot run a bare program in QEMU`);
  }
  return {
    name,
    target,
    machine: emulator.machine,
    // The start of the board's memories: where its core looks for the vector table.
    codeOrigin: memory.bootloaderFlash.origin,
    dataOrigin: memory.bootloaderRam.origin,
  };
}
