import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { SmpBody } from './packet.js';

const CODES: Readonly<Record<number, string | undefined>> = {
  1: 'unknown error',
  2: 'not enough memory',
  3: 'invalid value',
  4: 'timeout',
  5: 'no such entry',
  6: 'bad state',
  7: 'answer too large',
  8: 'not supported',
  9: 'corrupt',
  10: 'busy',
  11: 'access denied',
};

/** Codes of the image group in version 2. */
const IMAGE_CODES: Readonly<Record<number, string | undefined>> = {
  3: 'no image in the slot',
  9: 'no free slot',
  13: 'erasing failed',
  14: 'no such slot',
  20: 'offset missing',
  21: 'length missing',
  22: 'bad header of the image',
  23: 'bad magic of the image',
  24: 'wrong hash',
  25: 'wrong address in flash',
  27: 'a newer version is running',
  28: 'an image is pending already',
};

const IMAGE_GROUP = 1;
const NOT_SUPPORTED = 8;
const BUSY = 10;

/** Undefined where the answer tells of success. */
export function failureOf(step: string, { rc, err }: SmpBody): LitesnnError | undefined {
  if (typeof rc === 'number' && rc !== 0) return refused(step, rc, CODES[rc]);
  if (typeof err !== 'object' || err === null) return undefined;
  const { group, rc: code } = err as SmpBody;
  if (typeof code !== 'number' || code === 0) return undefined;
  return refused(step, code, group === IMAGE_GROUP ? IMAGE_CODES[code] : CODES[code]);
}

function refused(step: string, code: number, text: string | undefined): LitesnnError {
  const message = `${step}: the device refused, ${text ?? 'for a reason of its own'} (code ${code})`;
  return new LitesnnError('SMP_REFUSED', ExitCode.flash, message, {
    hint: 'litesnn mcuboot list shows what is in the slots',
    details: { step, code },
  });
}

export function isUnsupported(error: unknown): boolean {
  return hasCode(error, NOT_SUPPORTED);
}

export function isBusy(error: unknown): boolean {
  return hasCode(error, BUSY);
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof LitesnnError && error.code === 'SMP_REFUSED' && error.details?.code === code;
}

export function noAnswer(step: string, description: string): LitesnnError {
  const message = `${step}: no answer on ${description}`;
  return new LitesnnError('SMP_NO_REPLY', ExitCode.device, message, {
    hint: 'bring the board into MCUboot’s serial recovery (pin or button at reset), check port and baud rate',
    details: { step },
  });
}

export function badAnswer(step: string, why: string): LitesnnError {
  return new LitesnnError('SMP_BAD_REPLY', ExitCode.flash, `${step}: ${why}`, {
    hint: 'check cable and baud rate, then try again',
    details: { step },
  });
}
