import { ExitCode, LitesnnError } from '../core/errors.js';

/** A rule of the format: throws the rule's own code where it does not hold. */
export function demand(holds: boolean, code: string, message: string): asserts holds {
  if (holds) return;
  throw new LitesnnError(code, ExitCode.usage, `not a valid model: ${message}`, {
    hint: 'the file is damaged or was not written by litesnn; docs/model-format.md has every rule',
  });
}

export function isIntegerIn(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
