import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { ErrorFrame } from '../frames/types.js';

const commandNames: Readonly<Record<number, string>> = {
  0x81: 'hello',
  0x82: 'load',
  0x83: 'infer',
  0x84: 'trace',
  0x85: 'marker',
  0x86: 'reset',
  0x87: 'sleep',
  0x88: 'memory',
};

export function commandName(type: number): string {
  return commandNames[type] ?? `command ${type}`;
}

export function deviceSilent(description: string, what: string): LitesnnError {
  return new LitesnnError('DEVICE_SILENT', ExitCode.device, `no answer to ${what} on ${description}`, {
    hint: 'check that the measuring firmware runs (flash it, or reset the board) and that the baud rate is right',
  });
}

/** Part of an answer was lost on the line; what asked may ask again. */
export function answerIncomplete(what: string): LitesnnError {
  return new LitesnnError(
    'DEVICE_ANSWER_INCOMPLETE',
    ExitCode.device,
    `the answer to ${what} is incomplete`,
    {
      hint: 'the line loses data: check cable and baud rate',
    },
  );
}

export function deviceRefused(frame: ErrorFrame): LitesnnError {
  const message = `the device refused ${commandName(frame.command)}: ${frame.text} (error ${frame.code})`;
  return new LitesnnError('DEVICE_REFUSED', ExitCode.device, message, {
    hint: 'flash firmware that this version of litesnn generated',
    details: { command: frame.command, code: frame.code },
  });
}

export function deviceChanged(description: string): LitesnnError {
  return new LitesnnError(
    'DEVICE_CHANGED',
    ExitCode.device,
    `another device or firmware answers on ${description}`,
    {
      hint: 'leave the board connected while it is measured, then run the same command again',
    },
  );
}

/** "Not every byte of the input has been loaded since the last hello": the device was reset in between. */
const INPUT_INCOMPLETE = 4;

/** Faults after which asking again from the hello on can help. */
export function isLineFault(error: unknown): boolean {
  if (!(error instanceof LitesnnError)) return false;
  if (error.code === 'DEVICE_REFUSED') return error.details?.code === INPUT_INCOMPLETE;
  return error.code === 'DEVICE_SILENT' || error.code === 'DEVICE_ANSWER_INCOMPLETE';
}
