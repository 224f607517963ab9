import type { Progress } from '../core/progress.js';

/** What a loader says of itself and its part, before anything is changed. */
export interface DeviceIdentity {
  readonly protocol: string;
  /** Of an STM32. */
  readonly productId?: number;
  /** From the product table (or "not in the table"), the drive, or the slot. */
  readonly productName: string;
  readonly loaderVersion: string;
  /** Codes of the commands that an STM32 loader offers. */
  readonly commands: readonly number[];
  readonly readProtected: boolean;
}

export interface FlashOptions {
  /** Compare what was written: by checksum where the loader computes one, else by reading back. */
  readonly verify: boolean;
  /** Start the application afterwards. */
  readonly go: boolean;
  /** Everything up to the first erase, and no further. */
  readonly dryRun?: boolean;
  readonly progress?: Progress;
  /** Ends the job with `INTERRUPTED` (exit code 130) and closes the link. */
  readonly signal?: AbortSignal;
}

/** Who compared what was written, and how. */
export type Verification =
  /** The loader's checksum of the flash. */
  | 'checksum'
  | 'read-back'
  /** The device names the SHA-256 of the image in its slot. */
  | 'hash'
  /** The boot loader took every block and restarted; it lets nobody read what it wrote. */
  | 'acceptance'
  /** A debug probe's own program. */
  | 'probe'
  | 'nothing';

export type FlashPhase = 'identify' | 'erase' | 'write' | 'verify' | 'go';

export interface FlashReport {
  readonly identity: DeviceIdentity;
  /** Of the image, without padding. */
  readonly bytes: number;
  /** Erased pages or sectors (with `dryRun`: that would have been); 0 where the loader does not say. */
  readonly pages: number;
  /** Pages that held the image already and were left alone. */
  readonly unchangedPages?: number;
  readonly verifiedBy: Verification;
  readonly started: boolean;
  readonly dryRun: boolean;
  /** Blocks that had to be sent more than once. */
  readonly retries: number;
  readonly seconds: Readonly<Record<FlashPhase, number>>;
}

/** One way into a board. Errors have exit code 7, or 6 where port or loader are not there. */
export interface Flasher {
  /** Changes nothing on the device. */
  probe(signal?: AbortSignal): Promise<DeviceIdentity>;
  /** `image` is the binary from the first application byte on. */
  flash(image: Uint8Array, options: FlashOptions): Promise<FlashReport>;
  /** Closes the link; idempotent. */
  close(): Promise<void>;
}
