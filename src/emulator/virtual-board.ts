/** Hears what an emulated core and its marker do, as text that `ActivityParser` reads. */
export type ActivityListener = (text: Uint8Array) => void;

/** How an emulator's process ended, for messages. */
export interface EmulatorExit {
  /** Exit code, or the signal that ended it. */
  readonly status: number | string;
  /** What it said last, on one line. */
  readonly stderr: string;
}

export interface VirtualBoardOptions {
  /** ELF file to boot: the resident boot loader, or any other. */
  readonly kernel: string;
  /** Time for the emulator to come up; default 20000. */
  readonly timeoutMs?: number;
  /** Also tell what the core does, for virtual power analyzers: needs a C compiler, and costs speed. */
  readonly activity?: boolean;
}

/** An emulated board whose UART is a pseudo terminal: the rest of the tool sees a port like any other. */
export interface VirtualBoard {
  /** Path of the pseudo terminal; it may be opened and closed any number of times. */
  readonly port: string;
  /** For reports: `mps2-an386 emulated by QEMU 7.2.22`. */
  readonly description: string;
  /** Tells from now on what the core does, to one listener; only where it was asked for. */
  readonly onActivity?: (listener: ActivityListener) => void;
  /** Ends the emulator; idempotent. */
  stop(): Promise<void>;
  /** Resolves when the emulator ended, by itself or by `stop`. */
  readonly exited: Promise<EmulatorExit>;
}
