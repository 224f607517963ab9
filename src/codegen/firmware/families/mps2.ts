import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { Target } from '../../../targets/target.js';
import { hexDefine, unsignedDefine } from '../define.js';
import type { BoardFamily } from './family.js';

/** Smallest divider that the CMSDK UART accepts (Arm DDI 0479, APB UART, "Baud rate divider"). */
const SMALLEST_DIVIDER = 16;

/** Arm MPS2 and MPS2+ FPGA boards: CMSDK UART and timer, an LED of FPGAIO as the marker. */
export const mps2: BoardFamily = {
  name: 'mps2',

  defines(target) {
    const { marker } = target;
    if (marker === undefined) throw lacking(target, 'marker');
    return [
      unsignedDefine('BOARD_UART_BAUD_DIVIDER', baudDivider(target)),
      hexDefine('BOARD_COUNTER_BASE', target.counter.base),
      unsignedDefine('BOARD_COUNTER_IRQ', counterInterrupt(target)),
      hexDefine('BOARD_MARKER_BASE', marker.base),
      hexDefine('BOARD_MARKER_MASK', 2 ** marker.bit),
    ];
  },

  interrupts: (target) => [
    { number: target.uart.irq, handler: 'board_uart_receive_interrupt', name: 'UART received' },
    { number: counterInterrupt(target), handler: 'board_counter_interrupt', name: 'counter overflow' },
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

function counterInterrupt(target: Target): number {
  const { kind, irq } = target.counter;
  if (kind !== 'cmsdk-timer' || irq === undefined)
    throw lacking(target, 'counter of kind cmsdk-timer with an irq');
  return irq;
}

function lacking({ name }: Target, what: string): LitesnnError {
  return new LitesnnError('TARGET_INVALID', ExitCode.usage, `${name}: family mps2 needs a ${what}`, {
    hint: 'docs/boards.md describes every key',
  });
}
