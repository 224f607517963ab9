import type { Stm32UartSpec, Target } from '../targets/target.js';
import { flasherOf } from '../targets/ways.js';
import type { Flasher } from './flasher.js';
import type { ByteLink } from './link/byte-link.js';
import { openLink } from './link/open-link.js';
import { McubootFlasher } from './mcuboot/mcuboot-flasher.js';
import type { SigningOptions } from './mcuboot/prepare-image.js';
import { parsePins, runPins } from './pins/pin-sequence.js';
import { openProbe, type ProbeTool } from './probe/probe-flasher.js';
import { type Stm32UartOptions, Stm32UartFlasher } from './stm32-uart/stm32-uart-flasher.js';
import { openUf2 } from './uf2/uf2-flasher.js';

/** Ways into a board: the target's own, or a program for a debug probe. */
export const FLASH_METHODS = [
  ...(['stm32-uart', 'uf2', 'mcuboot-smp'] as const),
  ...(['openocd', 'st-flash', 'probe-rs', 'picotool'] as const),
] as const;
export type FlashMethod = (typeof FLASH_METHODS)[number];

export interface OpenFlasherOptions extends Stm32UartOptions {
  /** Instead of the target's. */
  readonly method?: FlashMethod | undefined;
  readonly baud?: number;
  readonly parity?: 'none' | 'even';
  /** DTR and RTS as boot pins, instead of the target's; `none` leaves them alone. */
  readonly pins?: string | undefined;
  /** For MCUboot. */
  readonly signing?: SigningOptions;
  /** Serial number of the debug probe, where there are several. */
  readonly probeSerial?: string | undefined;
}

/** Rates that a ROM loader may still manage where it does not answer at the usual one. */
const SLOWER_BAUDS = [57_600, 19_200, 9600];

export function isProbeMethod(method: FlashMethod): method is ProbeTool {
  return !['stm32-uart', 'uf2', 'mcuboot-smp'].includes(method);
}

/** Whether the method needs a serial port; a UF2 board uses one only to ask the running application for its boot loader. */
export function needsPort(method: FlashMethod): boolean {
  return method === 'stm32-uart' || method === 'mcuboot-smp';
}

/**
 * The flasher that the target names (or `method`), on this port: a path, `rfc2217://host:port` or `tcp://host:port`. Rejects with the
 * errors of `openLink`. The caller closes it.
 */
export async function openFlasher(
  target: Target,
  port: string | undefined,
  options: OpenFlasherOptions = {},
): Promise<Flasher> {
  const method = options.method ?? target.flasher.protocol;
  if (isProbeMethod(method)) return openProbe(method, target, options.probeSerial);
  switch (method) {
    case 'uf2':
      return openUf2(target, { port });
    case 'mcuboot-smp': {
      const { baud } = flasherOf(target, method);
      const link = await openLink(port ?? '', { baud: options.baud ?? baud });
      return new McubootFlasher(link, target, options.signing);
    }
    case 'stm32-uart':
      return openStm32(target, flasherOf(target, method), port ?? '', options);
  }
}

async function openStm32(
  target: Target,
  spec: Stm32UartSpec,
  port: string,
  options: OpenFlasherOptions,
): Promise<Flasher> {
  const { baud = spec.baud, parity = spec.parity, pins = spec.pins } = options;
  const sequences = pins === undefined || pins === 'none' ? undefined : parsePins(pins);
  const link = await openLink(port, { baud, parity });
  const enterLoader = async (opened: ByteLink): Promise<void> => {
    await options.enterLoader?.(opened);
    if (sequences !== undefined) await runPins(opened, sequences.enter);
  };
  return new Stm32UartFlasher(link, target, {
    ...options,
    enterLoader,
    // Only a ROM measures the rate; the resident boot loader has a fixed one.
    ...(parity === 'even' ? { slowerBauds: SLOWER_BAUDS.filter((slower) => slower < baud) } : {}),
    ...(sequences === undefined || sequences.leave.length === 0
      ? {}
      : { leaveLoader: (opened) => runPins(opened, sequences.leave) }),
  });
}
