import type { Target } from '../targets/target.js';
import { flasherOf } from '../targets/ways.js';
import type { Flasher } from './flasher.js';
import { SerialLink } from './link/serial-link.js';
import { type Stm32UartOptions, Stm32UartFlasher } from './stm32-uart/stm32-uart-flasher.js';

export interface OpenFlasherOptions extends Stm32UartOptions {
  /** Instead of the target's. */
  readonly baud?: number;
  readonly parity?: 'none' | 'even';
}

/** The flasher that the target names, on this port. Rejects with the errors of `SerialLink.open`. The caller closes it. */
export async function openFlasher(
  target: Target,
  port: string,
  options: OpenFlasherOptions = {},
): Promise<Flasher> {
  const spec = flasherOf(target, 'stm32-uart');
  const { baud = spec.baud, parity = spec.parity, ...rest } = options;
  const link = await SerialLink.open({ path: port, baud, parity });
  return new Stm32UartFlasher(link, target, rest);
}
