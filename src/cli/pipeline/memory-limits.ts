import type { SpaceLimits } from '../../codegen/plan/select.js';
import type { Target } from '../../targets/target.js';
import type { RunSettings } from './settings.js';

/** The user's limits on memories, and the board's own where they are smaller or the user names none. */
export function memoryLimits({ budget }: RunSettings, { memory }: Target): SpaceLimits {
  return {
    flashBytes: Math.min(budget.flashBytes ?? Infinity, memory.flash.bytes),
    ramBytes: Math.min(budget.ramBytes ?? Infinity, memory.ram.bytes),
  };
}
