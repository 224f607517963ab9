import { ExitCode, LitesnnError } from '../core/errors.js';
import type { FlasherSpec, Target } from './target.js';

type Protocol = FlasherSpec['protocol'];

/** The target's flasher where it is of that protocol. @throws LitesnnError FLASH_METHOD (exit 2) */
export function flasherOf<P extends Protocol>(
  { name, flasher }: Target,
  protocol: P,
): Extract<FlasherSpec, { protocol: P }> {
  if (!isOf(flasher, protocol)) {
    throw new LitesnnError(
      'FLASH_METHOD',
      ExitCode.usage,
      `${name} is flashed by ${flasher.protocol}, not by ${protocol}`,
      { hint: 'leave out --method, or describe the other way in the target file' },
    );
  }
  return flasher;
}

function isOf<P extends Protocol>(
  flasher: FlasherSpec,
  protocol: P,
): flasher is Extract<FlasherSpec, { protocol: P }> {
  return flasher.protocol === protocol;
}
