import { resolve } from 'node:path';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { parsePowerSpec } from '../measure/power/power-spec.js';
import { parseBattery, parseCount, parseFraction, parseSeconds, parseVolts } from './numbers.js';
import { parsed, withoutUndefined, type ChangeArguments } from './options.js';
import type { RunSettings } from './pipeline/settings.js';

/** Options of the current, where there are any; `--power none` takes the analyzer away again. */
export function changedPower(before: RunSettings, args: ChangeArguments): Pick<RunSettings, 'power'> {
  const changes = withoutUndefined({
    analyzer: args.power === undefined ? undefined : absoluteAnalyzer(args.power),
    samples: parseCount(args['power-samples'], 'power-samples'),
    repeats: parseCount(args['power-repeats'], 'power-repeats'),
    volts: parsed(args.supply, 'supply', parseVolts),
    lossBudget: parsed(args['loss-budget'], 'loss-budget', parseFraction),
    periodSeconds: parsed(args.duty, 'duty', parseSeconds),
    battery: parsed(args.battery, 'battery', parseBattery),
  });
  if (changes.analyzer === 'none') return { power: undefined };
  if (Object.keys(changes).length === 0) return {};
  const analyzer = changes.analyzer ?? before.power?.analyzer;
  if (analyzer === undefined) {
    throw new LitesnnError('USAGE', ExitCode.usage, 'options of the current need an analyzer', {
      hint: 'name it with --power',
    });
  }
  return { power: { ...before.power, ...changes, analyzer } };
}

/** A file has to be found again from any folder. */
function absoluteAnalyzer(text: string): string {
  if (text === 'none') return text;
  const { kind, place } = parsePowerSpec(text);
  return kind === 'csv' ? text.replace(place, resolve(place)) : text;
}
