import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { ByteLink } from '../link/byte-link.js';
import { sleep } from '../link/clock.js';
import type { PinState } from '../link/pin-state.js';

/** What one token does: changes one line, then waits. */
interface PinStep {
  readonly change: Partial<PinState>;
  readonly waitMs: number;
}

export interface PinSequences {
  /** Into the boot loader. */
  readonly enter: readonly PinStep[];
  /** Back to the application; empty where the text has no colon. */
  readonly leave: readonly PinStep[];
}

/** As long as stm32flash waits at a comma; a reset needs 10 ms. */
const COMMA_MS = 100;

/** From the end of the sequence until a ROM has looked at its pins and listens. */
const BOOT_MS = 200;

/**
 * stm32flash's little language, `IN[:OUT]`: `rts`, `dtr`, `brk` assert a line, with `-` before they release it; a comma
 * waits 100 ms, an ampersand does not. `rts,dtr,-dtr:-rts,dtr,-dtr` is reset on DTR and BOOT0 on RTS through an inverter.
 * @throws LitesnnError FLASH_PINS (exit 2)
 */
export function parsePins(text: string): PinSequences {
  const [enter, leave = '', ...more] = text.split(':');
  if (more.length > 0) throw badPins(text, 'it has more than one colon');
  return { enter: stepsOf(enter, text), leave: stepsOf(leave, text) };
}

function stepsOf(sequence: string, text: string): PinStep[] {
  const steps: PinStep[] = [];
  for (const [, token, separator] of sequence.matchAll(/([^,&]*)([,&]|$)/g)) {
    const waitMs = separator === ',' ? COMMA_MS : 0;
    if (token === '' && waitMs === 0) continue;
    const parts = /^(-?)(rts|dtr|brk)$/.exec(token);
    if (parts === null && token !== '') throw badPins(text, `${JSON.stringify(token)} is no line`);
    steps.push({ change: parts === null ? {} : { [parts[2]]: parts[1] === '' }, waitMs });
  }
  return steps;
}

/** Runs a sequence. Rejects with FLASH_NO_PINS (exit 6) on a port without such lines. */
export async function runPins(link: ByteLink, steps: readonly PinStep[]): Promise<void> {
  let pins: PinState = { dtr: false, rts: false, brk: false };
  for (const { change, waitMs } of steps) {
    pins = { ...pins, ...change };
    if ((await link.setPins?.(pins)) !== true) throw noPins(link.description);
    if (waitMs > 0) await sleep(link.clock, waitMs);
  }
  await sleep(link.clock, BOOT_MS);
  link.discardInput();
}

function badPins(text: string, why: string): LitesnnError {
  const message = `${JSON.stringify(text)} is no sequence of pins: ${why}`;
  return new LitesnnError('FLASH_PINS', ExitCode.usage, message, {
    hint: 'for example rts,dtr,-dtr:-rts,dtr,-dtr; docs/flashing.md explains it',
  });
}

function noPins(description: string): LitesnnError {
  const message = `${description} has no DTR and RTS lines, which --pins needs`;
  return new LitesnnError('FLASH_NO_PINS', ExitCode.device, message, {
    hint: 'set BOOT0 by hand and leave out --pins (--pins none where the target names them)',
  });
}
