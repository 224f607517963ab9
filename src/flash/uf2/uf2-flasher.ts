import { encodeUf2 } from '../../build/uf2.js';
import { ExitCode, interrupted, LitesnnError } from '../../core/errors.js';
import { silentProgress } from '../../core/progress.js';
import type { Target, Uf2Spec } from '../../targets/target.js';
import { flasherOf } from '../../targets/ways.js';
import type { DeviceIdentity, FlashOptions, Flasher, FlashReport } from '../flasher.js';
import { checkImage } from '../image-check.js';
import { type Clock, sleep, systemClock } from '../link/clock.js';
import { PhaseClock } from '../phase-clock.js';
import { flashError } from '../stm32-uart/loader-errors.js';
import { touch } from './touch.js';
import { copyToDrive } from './uf2-copy.js';
import { driveLabels, findUf2Drives, type Uf2Drive } from './uf2-drive.js';

/** Every wait of this way in, in milliseconds. */
export interface Uf2TimeLimits {
  /** From the touch until the drive is mounted. */
  readonly driveMs: number;
  readonly copyMs: number;
  /** From the last byte until the board restarts and the drive vanishes. */
  readonly restartMs: number;
  readonly stepMs: number;
}

export const defaultUf2Limits: Uf2TimeLimits = {
  driveMs: 15_000,
  copyMs: 60_000,
  restartMs: 15_000,
  stepMs: 200,
};

export interface Uf2Options {
  /** Port of the running application, which is asked for its boot loader by opening it at 1200 baud. */
  readonly port?: string | undefined;
  readonly limits?: Partial<Uf2TimeLimits>;
  readonly clock?: Clock;
  /** Replaced in tests: `/proc/mounts`, and what touches a port. */
  readonly mountTable?: string;
  readonly touchPort?: (port: string) => Promise<void>;
}

/** Sectors of RP2040; files begin on one. */
const SECTOR_BYTES = 4096;

export function openUf2(target: Target, options: Uf2Options = {}): Flasher {
  return new Uf2Flasher(target, options);
}

/** A boot loader that shows a drive and takes a file: RP2040's ROM, and UF2 boot loaders of other parts. */
export class Uf2Flasher implements Flasher {
  private readonly spec: Uf2Spec;
  private readonly clock: Clock;
  private readonly limits: Uf2TimeLimits;

  constructor(
    private readonly target: Target,
    private readonly options: Uf2Options = {},
  ) {
    this.spec = flasherOf(target, 'uf2');
    this.clock = options.clock ?? systemClock;
    this.limits = { ...defaultUf2Limits, ...options.limits };
  }

  async probe(signal?: AbortSignal): Promise<DeviceIdentity> {
    return identityOf(await this.drive(signal));
  }

  /** Check, find, copy, wait for the restart. The drive is not touched before the image has passed. */
  async flash(image: Uint8Array, options: FlashOptions): Promise<FlashReport> {
    const phases = new PhaseClock(this.clock);
    const file = this.fileOf(image);
    const drive = await phases.timed('identify', () => this.drive(options.signal));
    const result = {
      ...{ identity: identityOf(drive), bytes: image.length, retries: 0, seconds: phases.seconds },
      pages: Math.ceil(image.length / SECTOR_BYTES),
    };
    if (options.dryRun === true) {
      return { ...result, verifiedBy: 'nothing', started: false, dryRun: true };
    }
    const task = (options.progress ?? silentProgress).start('copy', file.length);
    try {
      await phases.timed('write', () =>
        copyToDrive(drive.folder, file, this.limits.copyMs, this.clock, task),
      );
    } finally {
      task.finish();
    }
    await phases.timed('go', () => this.waitForRestart(drive, options.signal));
    return { ...result, verifiedBy: 'acceptance', started: true, dryRun: false };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private fileOf(image: Uint8Array): Uint8Array {
    const { origin } = this.target.memory.flash;
    const address = origin - (origin % SECTOR_BYTES);
    // RP2040's second-stage boot loader stands before the vector table.
    checkImage(image.subarray(origin - address), this.target);
    return encodeUf2({ address, familyId: this.spec.familyId, bytes: image });
  }

  /** The one drive of this board. Rejects with FLASH_NO_DRIVE, FLASH_AMBIGUOUS (exit 6), FLASH_WRONG_CHIP (exit 7). */
  private async drive(signal?: AbortSignal): Promise<Uf2Drive> {
    const there = this.matching();
    if (there !== undefined) return there;
    const { port } = this.options;
    if (port === undefined) throw this.noDrive();
    await (this.options.touchPort ?? touch)(port);
    const end = this.clock.now() + this.limits.driveMs;
    while (this.clock.now() < end) {
      await this.step(signal);
      const drive = this.matching();
      if (drive !== undefined) return drive;
    }
    throw this.noDrive();
  }

  private matching(): Uf2Drive | undefined {
    const drives = findUf2Drives(this.options.mountTable);
    const own = drives.filter(({ boardId }) => boardId === this.spec.boardId);
    if (own.length > 1) {
      const folders = own.map(({ folder }) => folder).join(' and ');
      throw new LitesnnError(
        'FLASH_AMBIGUOUS',
        ExitCode.device,
        `two boards wait for a file, at ${folders}: nothing was changed`,
        { hint: 'unplug all but one, or bring only one into its boot loader' },
      );
    }
    if (own.length === 0 && drives.length > 0) {
      const [{ boardId, model, folder }] = drives;
      throw flashError(
        'FLASH_WRONG_CHIP',
        `the drive ${folder} is a ${boardId} (${model}), ${this.target.name} is a ${this.spec.boardId}: nothing was changed`,
        'plug in the right board, or choose the right --target',
      );
    }
    return own.at(0);
  }

  private async waitForRestart(drive: Uf2Drive, signal?: AbortSignal): Promise<void> {
    const end = this.clock.now() + this.limits.restartMs;
    while (this.clock.now() < end) {
      if (!findUf2Drives(this.options.mountTable).some(({ folder }) => folder === drive.folder)) return;
      await this.step(signal);
    }
    throw flashError(
      'FLASH_GO_FAILED',
      `${drive.folder} is still there: the boot loader did not take the file`,
      'the family of the file or its size does not please it; bring the board into its boot loader again',
    );
  }

  private async step(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) throw interrupted('flashing');
    await sleep(this.clock, this.limits.stepMs);
  }

  private noDrive(): LitesnnError {
    const { boardId } = this.spec;
    const unmounted = driveLabels().includes(boardId);
    const hint = unmounted
      ? `it is plugged in but not mounted: udisksctl mount -b /dev/disk/by-label/${boardId}`
      : 'hold BOOTSEL while plugging in (or press reset twice), or name the port of the running firmware with --port';
    return new LitesnnError('FLASH_NO_DRIVE', ExitCode.device, `no drive of a ${boardId} is there`, { hint });
  }
}

function identityOf({ boardId, model, loader }: Uf2Drive): DeviceIdentity {
  return {
    protocol: 'uf2',
    productName: `${boardId} (${model})`,
    loaderVersion: loader,
    commands: [],
    readProtected: false,
  };
}
