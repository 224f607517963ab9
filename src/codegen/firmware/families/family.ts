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

/**
 * What a board family adds to the facts that all boards share. Its C files are in `templates/boards/<name>/`, those only
 * the bootloader needs in the `boot` folder there.
 */
export interface BoardFamily {
  readonly name: string;
  defines(target: Target): readonly Define[];
  interrupts(target: Target): readonly Interrupt[];
}
