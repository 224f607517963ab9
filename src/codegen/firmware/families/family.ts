import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { Target } from '../../../targets/target.js';
import type { Define } from '../define.js';

/** A peripheral's interrupt that the family's drivers handle. */
export interface Interrupt {
  /** Number at the interrupt controller; its vector is 16 further on. */
  readonly number: number;
  /** C function without arguments. */
  readonly handler: string;
  readonly name: string;
}

/** What a board family adds to the facts that all boards share. */
export interface BoardFamily {
  readonly name: string;
  /** Folders of `templates/boards/` with its C files. */
  folders(target: Target): readonly string[];
  /** Folder of `templates/boards/flash/` with which the resident bootloader writes the application's memory. */
  readonly flashDriver?: string;
  defines(target: Target): readonly Define[];
  interrupts(target: Target): readonly Interrupt[];
}

/** The schema cannot know which keys a family needs. */
export function lackingKey({ name, family }: Target, what: string): LitesnnError {
  return new LitesnnError('TARGET_INVALID', ExitCode.usage, `${name}: family ${family} needs a ${what}`, {
    hint: 'docs/boards.md describes every key',
  });
}
