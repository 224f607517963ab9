import type { Interrupt } from './families/family.js';

/** One word of the vector table: `field` is the member of the C union that `value` initialises. */
export interface Vector {
  readonly field: '.handler' | '.address' | '.value';
  readonly value: string;
  /** Byte offset in the table, as text. */
  readonly offset: string;
  readonly name: string;
}

type Word = Omit<Vector, 'offset'>;

const FIRST_INTERRUPT = 16;
/** "LSNN" (docs/bootloader.md). */
const IMAGE_MAGIC = '0x4E4E534Cu';

const fault = (name: string): Word => ({ field: '.handler', value: 'board_fault_handler', name });
const reserved: Word = { field: '.value', value: '0u', name: 'reserved' };

/** Words 1 to 15 (Armv7-M reference manual, "Exception number definition"; docs/bootloader.md for words 7 and 8). */
const coreWords: readonly Word[] = [
  { field: '.handler', value: 'board_reset_handler', name: 'Reset' },
  fault('NMI'),
  fault('HardFault'),
  fault('MemManage'),
  fault('BusFault'),
  fault('UsageFault'),
  { field: '.address', value: 'board_image_length', name: 'length of the image' },
  { field: '.value', value: IMAGE_MAGIC, name: 'mark of an image' },
  reserved,
  reserved,
  fault('SVCall'),
  fault('DebugMonitor'),
  reserved,
  fault('PendSV'),
  { field: '.handler', value: 'board_tick_interrupt', name: 'SysTick' },
];

/** The table after its first word, the stack pointer, up to the last interrupt that has a handler. */
export function vectorTable(interrupts: readonly Interrupt[]): Vector[] {
  const last = Math.max(-1, ...interrupts.map(({ number }) => number));
  const interruptWords = Array.from({ length: last + 1 }, (_, number): Word => {
    const interrupt = interrupts.find((candidate) => candidate.number === number);
    if (interrupt === undefined) return fault(`interrupt ${number}, unused`);
    return { field: '.handler', value: interrupt.handler, name: `interrupt ${number}, ${interrupt.name}` };
  });
  return [...coreWords.slice(0, FIRST_INTERRUPT - 1), ...interruptWords].map((word, index) => ({
    ...word,
    offset: `0x${(4 * (index + 1)).toString(16).toUpperCase().padStart(2, '0')}`,
  }));
}
