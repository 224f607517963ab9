import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { PinSpec, Target } from '../../../targets/target.js';
import { type Define, hexDefine, unsignedDefine } from '../define.js';
import { ahbCode, apbCode, pllRangeCode } from './bus-codes.js';
import { lackingKey, type BoardFamily } from './family.js';

/** What the sub-families of STM32 have in different places. */
interface SubFamily {
  readonly name: string;
  /** Folder of `templates/boards/stm32` with the clock. */
  readonly folder: string;
  readonly usart: 'usart-v1' | 'usart-v2';
  /** Port A; each further port 0x400 higher. */
  readonly gpioBase: number;
  /** Register with a clock enable bit for each port, A in bit 0. */
  readonly gpioEnable: number;
  /** The PLL's divider as its field writes it; undefined where it cannot. */
  readonly pllDividerCode: (divider: number) => number | undefined;
  readonly more?: readonly string[];
  readonly flashDriver?: string;
}

const evenDividers = (divider: number): number | undefined =>
  [2, 4, 6, 8].includes(divider) ? divider / 2 - 1 : undefined;

const subFamilies: readonly SubFamily[] = [
  // RM0090 2.3 and RM0390 2.2.2 (memory map), RM0090 7.3.10 (AHB1ENR); PLLP: 7.3.2.
  {
    name: 'stm32f4',
    folder: 'f4',
    usart: 'usart-v1',
    gpioBase: 0x40020000,
    gpioEnable: 0x40023830,
    pllDividerCode: evenDividers,
    // Only where the application lies in RAM: real parts have a loader in ROM.
    flashDriver: 'ram',
  },
  // RM0351 2.2.2, 6.4.17 (AHB2ENR); PLLR: 6.4.4. RM0432 has the same.
  {
    name: 'stm32l4',
    folder: 'l4',
    usart: 'usart-v2',
    gpioBase: 0x48000000,
    gpioEnable: 0x4002104c,
    pllDividerCode: evenDividers,
  },
  // RM0444 2.2, 5.4.13 (IOPENR); PLLR: 5.4.4.
  {
    name: 'stm32g0',
    folder: 'g0',
    usart: 'usart-v2',
    gpioBase: 0x50000000,
    gpioEnable: 0x40021034,
    pllDividerCode: (divider) => (divider >= 2 && divider <= 8 ? divider - 1 : undefined),
  },
  // RM0433 2.3.2, 8.7.43 (AHB4ENR); DIVP1: 8.7.11.
  {
    name: 'stm32h7',
    folder: 'h7',
    usart: 'usart-v2',
    gpioBase: 0x58020000,
    gpioEnable: 0x580244e0,
    pllDividerCode: (divider) => (divider % 2 === 0 && divider <= 128 ? divider - 1 : undefined),
    more: ['cortex-m/caches'],
  },
  // RM0456 2.3.2, 11.8.26 (AHB2ENR1); PLL1R: 11.8.13.
  {
    name: 'stm32u5',
    folder: 'u5',
    usart: 'usart-v2',
    gpioBase: 0x42020000,
    gpioEnable: 0x46020c8c,
    pllDividerCode: (divider) =>
      divider === 1 || (divider % 2 === 0 && divider <= 128) ? divider - 1 : undefined,
  },
];

/** One board family for each sub-family of STM32. */
export const stm32: readonly BoardFamily[] = subFamilies.map((sub) => ({
  name: sub.name,
  ...(sub.flashDriver === undefined ? {} : { flashDriver: sub.flashDriver }),

  folders: (target) => [
    'stm32/common',
    `stm32/${sub.usart}`,
    `stm32/${sub.folder}`,
    'cortex-m/systick',
    `cortex-m/${counterFolder(target)}`,
    ...(sub.more ?? []),
    ...(target.i2c === undefined ? ['i2c/none'] : ['i2c/bits', 'stm32/i2c']),
  ],

  defines: (target) => [
    ...clockDefines(target, sub),
    ...uartDefines(target, sub),
    ...pinDefines(target, sub),
    unsignedDefine(
      'BOARD_COUNTER_FIXED_HZ',
      target.counter.counts === 'instructions' ? target.counter.hz : 0,
    ),
  ],

  interrupts: ({ uart }) => [
    { number: uart.irq, handler: 'board_uart_receive_interrupt', name: 'UART received' },
  ],
}));

function counterFolder(target: Target): string {
  const { kind, counts } = target.counter;
  if (kind === 'systick') return 'systick-counter';
  const hasDwt = !target.core.startsWith('cortex-m0');
  if (kind === 'dwt' && hasDwt && counts === 'cycles') return 'dwt-counter';
  throw lackingKey(target, 'counter of kind systick, or dwt on a core that has one');
}

function clockDefines(target: Target, { pllDividerCode }: SubFamily): Define[] {
  const { clock } = target;
  if (clock === undefined) throw lackingKey(target, 'clock');
  const { reference, pllM, pllN, pllDivider, ahbDivider, apb1Divider, apb2Divider } = clock;
  const code = pllDividerCode(pllDivider);
  if (code === undefined) throw lackingKey(target, `pllDivider that its PLL has, not ${pllDivider}`);
  return [
    unsignedDefine('BOARD_CLOCK_INTERNAL', Number(reference === 'internal')),
    unsignedDefine('BOARD_CLOCK_BYPASS', Number(reference === 'bypass')),
    unsignedDefine('BOARD_CLOCK_BOOST', Number(clock.boost)),
    unsignedDefine('BOARD_PLL_M', pllM),
    unsignedDefine('BOARD_PLL_N', pllN),
    unsignedDefine('BOARD_PLL_DIVIDER', pllDivider),
    unsignedDefine('BOARD_PLL_DIVIDER_CODE', code),
    unsignedDefine('BOARD_PLL_RANGE_CODE', pllRangeCode(clock.referenceHz / pllM)),
    unsignedDefine('BOARD_AHB_CODE', ahbCode(ahbDivider)),
    unsignedDefine('BOARD_APB1_CODE', apbCode(apb1Divider)),
    unsignedDefine('BOARD_APB2_CODE', apbCode(apb2Divider)),
    unsignedDefine('BOARD_FLASH_WAIT_STATES', clock.flashWaitStates),
  ];
}

/** An LPUART counts in 256ths and takes dividers from 0x300 to 0xFFFFF; a USART 16 to 0xFFFF (RM0351 40.5.4, 41.4.4). */
function uartDefines(target: Target, sub: SubFamily): Define[] {
  const { uart, clock } = target;
  if (uart.enable === undefined) throw lackingKey(target, 'uart.enable');
  const lowPower = uart.kind === 'low-power';
  if (lowPower && sub.usart === 'usart-v1') throw lackingKey(target, 'USART: it has no low-power UART');
  const steps = lowPower ? 256 : 1;
  const [least, most] = lowPower ? [0x300, 0xfffff] : [16, 0xffff];
  for (const hz of [uart.clockHz, clock?.fallbackHz ?? uart.clockHz])
    checkBaud(target, hz, steps, least, most);
  return [
    unsignedDefine('BOARD_UART_CLOCK_HZ', uart.clockHz),
    unsignedDefine('BOARD_UART_BAUD', uart.baud),
    unsignedDefine('BOARD_UART_DIVIDER_STEPS', steps),
    hexDefine('BOARD_UART_ENABLE_REGISTER', uart.enable.register),
    hexDefine('BOARD_UART_ENABLE_MASK', 2 ** uart.enable.bit),
  ];
}

/** A receiver stands a rate that is off by some 3 %; of that a sender needs its part. */
const BAUD_ERROR = 0.025;

function checkBaud({ name, uart }: Target, hz: number, steps: number, least: number, most: number): void {
  const divider = Math.round((hz * steps) / uart.baud);
  const error = Math.abs((hz * steps) / divider / uart.baud - 1);
  if (divider >= least && divider <= most && error <= BAUD_ERROR) return;
  throw new LitesnnError(
    'TARGET_BAUD',
    ExitCode.usage,
    `${name}: a UART clock of ${hz} Hz cannot make ${uart.baud} baud`,
    {
      hint: `from ${Math.ceil((hz * steps) / most)} to ${Math.floor((hz * steps) / least)} baud, within 2.5 %`,
    },
  );
}

function pinDefines(target: Target, sub: SubFamily): Define[] {
  const { uart, marker, i2c } = target;
  if (uart.tx?.function === undefined) throw lackingKey(target, 'uart.tx with pin and function');
  if (uart.rx?.function === undefined) throw lackingKey(target, 'uart.rx with pin and function');
  if (marker?.pin === undefined) throw lackingKey(target, 'marker.pin');
  const lines =
    i2c?.scl === undefined || i2c.sda === undefined
      ? []
      : [
          { name: 'BOARD_I2C_SCL', at: place(target, { pin: i2c.scl }) },
          { name: 'BOARD_I2C_SDA', at: place(target, { pin: i2c.sda }) },
        ];
  if (i2c !== undefined && lines.length === 0) throw lackingKey(target, 'i2c with scl and sda');
  const pins = [
    { name: 'BOARD_MARKER', at: place(target, { pin: marker.pin }) },
    { name: 'BOARD_UART_TX', at: place(target, uart.tx) },
    { name: 'BOARD_UART_RX', at: place(target, uart.rx) },
    ...lines,
  ];
  const ports = new Set(pins.map(({ at }) => at.port));
  return [
    hexDefine('BOARD_GPIO_ENABLE_REGISTER', sub.gpioEnable),
    hexDefine(
      'BOARD_GPIO_ENABLE_MASK',
      [...ports].reduce((mask, port) => mask + 2 ** port, 0),
    ),
    unsignedDefine('BOARD_USES_PORT_G', Number(ports.has(6))),
    ...pins.flatMap(({ name, at }) => [
      hexDefine(`${name}_PORT`, sub.gpioBase + 0x400 * at.port),
      unsignedDefine(`${name}_PIN`, at.pin),
    ]),
    unsignedDefine('BOARD_UART_TX_FUNCTION', uart.tx.function),
    unsignedDefine('BOARD_UART_RX_FUNCTION', uart.rx.function),
  ];
}

/** `PB7`: port 1, pin 7. */
function place(target: Target, { pin }: PinSpec): { readonly port: number; readonly pin: number } {
  const match = /^P([A-K])(\d{1,2})$/.exec(pin);
  if (match === null) throw lackingKey(target, `pin as PA2, not ${pin}`);
  return { port: match[1].charCodeAt(0) - 'A'.charCodeAt(0), pin: Number(match[2]) };
}
