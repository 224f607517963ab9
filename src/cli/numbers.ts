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

const TIMES: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6 };
const ENERGIES: Readonly<Record<string, number>> = { J: 1, mJ: 1e-3, uJ: 1e-6, nJ: 1e-9 };

function parseQuantity(
  text: string,
  option: string,
  units: Readonly<Record<string, number>>,
  example: string,
): number {
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]+)$/.exec(text);
  const value = match === null || !Object.hasOwn(units, match[2]) ? 0 : Number(match[1]) * units[match[2]];
  if (value > 0 && Number.isFinite(value)) return value;
  const wanted = `a number with one of the units ${Object.keys(units).join(', ')}`;
  throw notANumber(option, text, wanted, `for example --${option} ${example}`);
}

/** `20ms`, `0.1s` or `500us`, in seconds. */
export function parseSeconds(text: string, option: string): number {
  return parseQuantity(text, option, TIMES, '20ms');
}

/** `150uJ` or `1.5mJ`, in joule. */
export function parseJoules(text: string, option: string): number {
  return parseQuantity(text, option, ENERGIES, '150uJ');
}

/** `3.3V`, in volt. */
export function parseVolts(text: string, option: string): number {
  return parseQuantity(text, option, { V: 1, mV: 1e-3 }, '3.3V');
}

const SECONDS_AN_HOUR = 3600;

/** `220mAh@3V`: charge in coulomb, voltage in volt. */
export function parseBattery(text: string, option: string): { coulombs: number; volts: number } {
  const match = /^(\d+(?:\.\d+)?)(m?)Ah@(\d+(?:\.\d+)?)V$/.exec(text);
  const coulombs = match === null ? 0 : Number(match[1]) * (match[2] === 'm' ? 1e-3 : 1) * SECONDS_AN_HOUR;
  const volts = match === null ? 0 : Number(match[3]);
  if (coulombs > 0 && volts > 0) return { coulombs, volts };
  throw notANumber(option, text, 'a charge at a voltage', `for example --${option} 220mAh@3V`);
}

/** `0.86` or `86%`, as a fraction. */
export function parseFraction(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const value = match === null ? 0 : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (value > 0 && value <= 1) return value;
  throw notANumber(
    option,
    text,
    'a fraction above 0, at most 1',
    `for example --${option} 0.86 or --${option} 86%`,
  );
}

/** `1,2,4`; undefined where the option was not given. */
export function parseNumbers(text: string | undefined, option: string): number[] | undefined {
  if (text === undefined) return undefined;
  const parts = text.split(',');
  if (parts.every((part) => /^\d+(\.\d+)?$/.test(part) && Number(part) > 0)) return parts.map(Number);
  throw notANumber(option, text, 'a list of numbers above 0', `for example --${option} 1,2`);
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
