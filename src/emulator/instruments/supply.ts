import type { Target } from '../../targets/target.js';
import type { ActivitySlice } from '../activity/activity-parser.js';

/**
 * The supply current that a virtual board draws. These coefficients are what calibration has to find out through measurements: nothing
 * outside of `src/emulator` may import this file (test/emulator/hidden-supply.test.ts holds it to that).
 *
 * All are invented and stand for no real part; they are relative to the active current of the target's profile. A share is per instruction.
 */
const BASE = 0.58;
const LOADS = 0.36;
const STORES = 0.22;
const MULTIPLIES = 0.61;
const BRANCHES = 0.17;
const OTHERS = 0.42;
/** Reads of flash data heat its buffers up to a limit. */
const FLASH = 0.27;
const FLASH_HALF = 0.06;
/** Loads and multiplications share the operand buses. */
const LOADS_WITH_MULTIPLIES = -0.55;
/** Leakage of a core that has been busy for long. */
const WARMING = 0.018;
const WARMING_SECONDS = 0.7;
const IDLE = 0.33;
/** Of the sleep current of the profile. */
const SLEEP = 1.35;

/** The oscillator of the virtual board is that much fast, as a fraction. */
export const BOARD_CLOCK_ERROR = 31e-6;

/** Supply current, ampere, of a board in one of its states. Warms up with what it was asked for. */
export class SupplyModel {
  private warmth = 0;
  private readonly active: number;
  private readonly asleep: number;

  constructor({ power }: Pick<Target, 'power'>) {
    this.active = power.activeAmperes;
    this.asleep = power.sleepAmperes;
  }

  /** Of a slice that takes so many seconds. */
  running(slice: ActivitySlice, seconds: number): number {
    const { instructions } = slice;
    if (instructions === 0) return this.idle(seconds);
    const loads = slice.loads / instructions;
    const multiplies = slice.multiplies / instructions;
    const flash = slice.flashReads / instructions;
    const relative =
      BASE +
      LOADS * loads +
      (STORES * slice.stores) / instructions +
      MULTIPLIES * multiplies +
      (BRANCHES * slice.branches) / instructions +
      (OTHERS * slice.others) / instructions +
      (FLASH * flash) / (flash + FLASH_HALF) +
      LOADS_WITH_MULTIPLIES * loads * multiplies;
    this.warm(1, seconds);
    return this.active * (relative + WARMING * this.warmth);
  }

  idle(seconds: number): number {
    this.warm(0.3, seconds);
    return this.active * (IDLE + WARMING * this.warmth);
  }

  sleeping(seconds: number): number {
    this.warm(0, seconds);
    return this.asleep * SLEEP;
  }

  private warm(towards: number, seconds: number): void {
    this.warmth += (towards - this.warmth) * (1 - Math.exp(-seconds / WARMING_SECONDS));
  }
}
