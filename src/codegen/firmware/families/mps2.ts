import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { Target } from '../../../targets/target.js';
import { hexDefine, unsignedDefine } from '../define.js';
import { lackingKey, type BoardFamily } from './family.js';

/** Smallest divider that the CMSDK UART accepts (Arm DDI 0479, APB UART, "Baud rate divider"). */
const SMALLEST_DIVIDER = 16;

/** Arm MPS2 and MPS2+ FPGA boards: CMSDK UART and timer, an LED of FPGAIO as the marker. */
export const mps2: BoardFamily = {
  name: 'mps2',
  flashDriver: 'ram',

  folders: ({ i2c }) => [
    'mps2',
    'cortex-m/systick',
    ...(i2c === undefined ? ['i2c/none'] : ['i2c/bits', 'mps2/i2c']),
  ],

  defines(target) {
    const { marker, i2c } = target;
    if (marker?.base === undefined || marker.bit === undefined)
      throw lackingKey(target, 'marker with base and bit');
    if (i2c !== undefined && i2c.base === undefined) throw lackingKey(target, 'base of i2c');
    return [
      unsignedDefine('BOARD_UART_BAUD_DIVIDER', baudDivider(target)),
      hexDefine('BOARD_COUNTER_BASE', counterOf(target).base),
      unsignedDefine('BOARD_COUNTER_IRQ', counterOf(target).irq),
      hexDefine('BOARD_MARKER_BASE', marker.base),
      hexDefine('BOARD_MARKER_MASK', 2 ** marker.bit),
      ...(i2c?.base === undefined ? [] : [hexDefine('BOARD_I2C_BASE', i2c.base)]),
    ];
  },

  interrupts: (target) => [
    { number: target.uart.irq, handler: 'board_uart_receive_interrupt', name: 'UART received' },
    { number: counterOf(target).irq, handler: 'board_counter_interrupt', name: 'counter overflow' },
  ],
};

function baudDivider({ name, uart }: Target): number {
  const divider = Math.round(uart.clockHz / uart.baud);
  if (divider >= SMALLEST_DIVIDER) return divider;
  throw new LitesnnError(
    'TARGET_BAUD',
    ExitCode.usage,
    `${name}: uart.baud ${uart.baud} is too fast for a UART clock of ${uart.clockHz} Hz`,
    { hint: `at most ${Math.floor(uart.clockHz / SMALLEST_DIVIDER)} baud` },
  );
}

function counterOf(target: Target): { readonly base: number; readonly irq: number } {
  const { kind, base, irq } = target.counter;
  if (kind !== 'cmsdk-timer' || base === undefined || irq === undefined)
    throw lackingKey(target, 'counter of kind cmsdk-timer with base and irq');
  return { base, irq };
}
