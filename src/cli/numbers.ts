import { ExitCode, LitesnnError } from '../core/errors.js';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, K: 1024, M: 1024 * 1024 };

function notANumber(option: string, text: string, wanted: string, hint: string): LitesnnError {
  return new LitesnnError('USAGE', ExitCode.usage, `--${option} ${text} is not ${wanted}`, { hint });
}

/** `131072`, `128k` or `1M`, in bytes. */
export function parseBytes(text: string, option: string): number {
  const match = /^(\d+)([kKM]?)$/.exec(text);
  const bytes = match === null ? 0 : Number(match[1]) * UNITS[match[2]];
  if (bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  const hint = `for example --${option} 65536 or --${option} 64k`;
  throw notANumber(option, text, 'a number of bytes', hint);
}

/** A whole number above 0; undefined where the option was not given. */
export function parseCount(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count > 0 && Number.isSafeInteger(count)) return count;
  throw notANumber(option, text, 'a whole number above 0', `for example --${option} 100`);
}

/** A whole number, also 0; undefined where the option was not given. */
export function parseSeed(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seed)) return seed;
  throw notANumber(option, text, 'a whole number', `for example --${option} 1`);
}
