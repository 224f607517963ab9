/** A value that somebody can check: where it comes from is part of it. */
export interface Sourced {
  /** Data sheet or manual with table or section; or, for an assumption, the word "assumed" and why. */
  readonly source: string;
}

export type Core =
  'cortex-m0' | 'cortex-m0plus' | 'cortex-m3' | 'cortex-m4' | 'cortex-m7' | 'cortex-m33' | 'cortex-m55';

/** How far a board's support has been proved. */
export type SupportTier = 'silicon' | 'emulated' | 'compiled';

export interface MemoryRegion {
  readonly origin: number;
  readonly bytes: number;
}

/** Counts what an inference costs. `instructions`: an emulator's timer that advances a fixed time an instruction. */
export interface CounterSpec {
  readonly kind: 'cmsdk-timer' | 'dwt' | 'systick' | 'nrf-timer';
  /** Of a peripheral that counts; the core's own counters have one place. */
  readonly base?: number | undefined;
  readonly hz: number;
  readonly counts: 'cycles' | 'instructions';
  /** Interrupt of an overflow, where a peripheral of the part counts. */
  readonly irq?: number | undefined;
}

/** The way from an oscillator to the core clock: `referenceHz / pllM * pllN / pllDivider`. */
export interface ClockSpec {
  /** `internal`: the part's own oscillator. `bypass`: an external clock signal. `crystal`: a crystal at the part's pins. */
  readonly reference: 'internal' | 'bypass' | 'crystal';
  readonly referenceHz: number;
  readonly pllM: number;
  readonly pllN: number;
  readonly pllDivider: number;
  /** From the PLL to the core's bus, where that is slower than the core. */
  readonly ahbDivider: number;
  readonly apb1Divider: number;
  readonly apb2Divider: number;
  readonly flashWaitStates: number;
  /** The part's over-drive or boost mode is needed for this speed. */
  readonly boost: boolean;
  /** Core clock that is left when oscillator or PLL do not come up. */
  readonly fallbackHz: number;
}

/** A pin as the part's data sheet writes it: `PA2`, `P0.06`, `GPIO0`; `function` where the part numbers alternate functions. */
export interface PinSpec {
  readonly pin: string;
  readonly function?: number | undefined;
}

export interface UartSpec {
  readonly base: number;
  /** Before the divider, at full speed. */
  readonly clockHz: number;
  readonly baud: number;
  readonly irq: number;
  /** `low-power`: an LPUART, whose divider has another rule. */
  readonly kind?: 'low-power' | undefined;
  /** Bit of a register that gives the peripheral its clock. */
  readonly enable?: { readonly register: number; readonly bit: number } | undefined;
  readonly tx?: PinSpec | undefined;
  readonly rx?: PinSpec | undefined;
}

/** I2C in software, on two pins (or through a register with two lines, at `base`). */
export interface I2cSpec {
  readonly hz: number;
  readonly scl?: string | undefined;
  readonly sda?: string | undefined;
  readonly base?: number | undefined;
}

export interface QemuSpec {
  readonly kind: 'qemu';
  readonly machine: string;
  /** Virtual nanoseconds an instruction are `2 ** icountShift`. */
  readonly icountShift: number;
}

/** An emulator that runs the same image. */
export type EmulatorSpec = QemuSpec;

export interface PowerSpec extends Sourced {
  readonly supplyVolts: number;
  /** Current while the core runs from its memories at `clockHz`, ampere. */
  readonly activeAmperes: number;
  /** Current in the sleep mode between inferences, ampere. */
  readonly sleepAmperes: number;
}

/** The STM32 USART boot loader (AN3155): in ROM of real parts, and the resident one of docs/bootloader.md. */
export interface Stm32UartSpec {
  readonly protocol: 'stm32-uart';
  readonly parity: 'none' | 'even';
  readonly baud: number;
  readonly productId: number;
  /** Address of the first application byte in the protocol; the bootloader maps it to `memory.flash.origin`. */
  readonly wireBase: number;
  readonly pageBytes: number;
  /** How long the resident bootloader waits for a host at reset, ms of the board's own time. */
  readonly entryWaitMs?: number | undefined;
  /** Silence inside a command after which the resident bootloader gives it up, ms of the board's own time. */
  readonly byteTimeoutMs?: number | undefined;
  /** DTR and RTS as reset and boot pins, `IN` or `IN:OUT`: see docs/flashing.md. */
  readonly pins?: string | undefined;
}

/** A drive that takes UF2 files (Microsoft's specification). */
export interface Uf2Spec {
  readonly protocol: 'uf2';
  readonly familyId: number;
  /** `Board-ID` in the drive's INFO_UF2.TXT. */
  readonly boardId: string;
}

/** An MCUboot image, brought in by SMP over a serial port. */
export interface McubootSpec {
  readonly protocol: 'mcuboot-smp';
  readonly baud: number;
  /** Image header before the vector table; `memory.flash.origin` is the slot's start plus this. */
  readonly headerBytes: number;
  readonly slotBytes: number;
  /** Write unit of the flash, to which MCUboot aligns its trailer. */
  readonly align?: number | undefined;
}

export type FlasherSpec = Stm32UartSpec | Uf2Spec | McubootSpec;

export interface UsbId {
  readonly vendor: number;
  readonly product: number;
  readonly name: string;
}

export interface ProbeSpec {
  /** Configuration file of OpenOCD, `board/st_nucleo_l4.cfg`. */
  readonly openocd?: string | undefined;
  /** Chip name of probe-rs, `STM32L476RGTx`. */
  readonly probeRs?: string | undefined;
  /** st-flash writes it. */
  readonly stFlash?: boolean | undefined;
  /** picotool writes it. */
  readonly picotool?: boolean | undefined;
}

/** One board, as `targets/<name>.yaml` describes it. */
export interface Target {
  readonly name: string;
  readonly title: string;
  /** Folder of `templates/boards/` with start-up and drivers. */
  readonly family: string;
  readonly tier: SupportTier;
  readonly core: Core;
  readonly clockHz: number;
  readonly memory: {
    /** Where the application (firmware image) lives; the resident bootloader has its own region. */
    readonly flash: MemoryRegion;
    readonly ram: MemoryRegion;
    readonly bootloaderFlash?: MemoryRegion | undefined;
    readonly bootloaderRam?: MemoryRegion | undefined;
  } & Sourced;
  /** Absent where the family has one fixed clock. */
  readonly clock?: (ClockSpec & Sourced) | undefined;
  readonly uart: UartSpec & Sourced;
  readonly counter: CounterSpec & Sourced;
  /** Output that is high exactly while an inference runs: a pin, or bit `bit` of the register at `base`. */
  readonly marker?:
    | ({
        readonly pin?: string | undefined;
        readonly base?: number | undefined;
        readonly bit?: number | undefined;
      } & Sourced)
    | undefined;
  readonly i2c?: (I2cSpec & Sourced) | undefined;
  /** Mean clock cycles an instruction of generated code, for estimates where only instructions can be counted. */
  readonly cyclesPerInstruction: { readonly value: number } & Sourced;
  readonly power: PowerSpec;
  readonly flasher: FlasherSpec;
  /** Ports that are this board's own USB plug. A name says what it is: `ST-LINK/V2-1`. */
  readonly usb?: readonly UsbId[] | undefined;
  /** How programs for debug probes call this board or its chip. */
  readonly probe?: ProbeSpec | undefined;
  readonly emulator?: EmulatorSpec | undefined;
}
