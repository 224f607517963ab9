import { existsSync } from 'node:fs';
import { ExitCode, LitesnnError } from '../core/errors.js';
import type { Target } from '../targets/target.js';
import { startQemu } from './qemu.js';
import type { VirtualBoard, VirtualBoardOptions } from './virtual-board.js';

/**
 * Boots an ELF file on the target's emulated board. Rejects with `EMULATOR_NONE`, `EMULATOR_NO_KERNEL` (2), `TOOL_MISSING` (4) or
 * `EMULATOR_FAILED` (6).
 */
export async function startVirtualBoard(target: Target, options: VirtualBoardOptions): Promise<VirtualBoard> {
  const { emulator } = target;
  if (emulator === undefined) {
    throw new LitesnnError('EMULATOR_NONE', ExitCode.usage, `${target.name} has no emulator`, {
      hint: 'choose one of the emulated boards of: litesnn targets',
    });
  }
  if (!existsSync(options.kernel)) {
    throw new LitesnnError(
      'EMULATOR_NO_KERNEL',
      ExitCode.usage,
      `there is no file ${options.kernel} to boot`,
      { hint: 'build first: litesnn build' },
    );
  }
  return startQemu(target, emulator, options);
}
