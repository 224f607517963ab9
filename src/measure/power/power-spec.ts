import { ExitCode, LitesnnError } from '../../core/errors.js';

/** Which instrument, and how: `ppk2:/dev/ttyACM1,mode=ampere`, `virtual-ppk2,scale=4`. */
export interface PowerSpec {
  readonly kind: PowerKind;
  /** Port or file; empty for kinds that have none. */
  readonly place: string;
  readonly options: Readonly<Record<string, string>>;
}

interface KindRule {
  /** What stands after the colon; undefined where nothing may. */
  readonly place: 'port' | 'file' | undefined;
  readonly options: readonly string[];
}

const rules = {
  ppk2: { place: 'port', options: ['mode', 'scale'] },
  lpm01a: { place: 'port', options: ['scale'] },
  ina: { place: undefined, options: [] },
  csv: { place: 'file', options: ['time', 'current', 'voltage', 'marker', 'unit'] },
  'virtual-ppk2': { place: undefined, options: ['scale', 'seed', 'fault'] },
  'virtual-lpm01a': { place: undefined, options: ['scale', 'seed', 'fault'] },
} as const satisfies Readonly<Record<string, KindRule>>;

export type PowerKind = keyof typeof rules;

export const powerKinds = Object.keys(rules) as readonly PowerKind[];

/** For help and hints. */
export const POWER_EXAMPLES = 'ppk2:/dev/ttyACM1, lpm01a:/dev/ttyACM1, ina, csv:current.csv, virtual-ppk2';

function wrong(text: string, why: string): LitesnnError {
  return new LitesnnError('POWER_SPEC', ExitCode.usage, `--power ${text}: ${why}`, {
    hint: `for example ${POWER_EXAMPLES}`,
  });
}

/** @throws LitesnnError POWER_SPEC (exit 2) */
export function parsePowerSpec(text: string): PowerSpec {
  const [head, ...rest] = text.split(',');
  const colon = head.indexOf(':');
  const kind = colon < 0 ? head : head.slice(0, colon);
  const place = colon < 0 ? '' : head.slice(colon + 1);
  const known = powerKinds.find((name) => name === kind);
  if (known === undefined) throw wrong(text, `there is no analyzer "${kind}"`);
  const rule: KindRule = rules[known];
  if (rule.place === undefined && colon >= 0) throw wrong(text, `${kind} takes nothing after a colon`);
  if (rule.place !== undefined && place === '')
    throw wrong(text, `${kind} needs a ${rule.place} after a colon`);
  const options = rest.map((part): [string, string] => {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(0, equals));
    if (!rule.options.includes(key)) {
      const list = rule.options.length === 0 ? 'none' : rule.options.join(', ');
      throw wrong(text, `"${part}" is not one of its options (${list})`);
    }
    return [key, part.slice(equals + 1)];
  });
  return { kind: known, place, options: Object.fromEntries(options) };
}

/** A number above 0 among the options. @throws LitesnnError POWER_SPEC (exit 2) */
export function positiveOption(spec: PowerSpec, key: string, fallback: number): number {
  if (!Object.hasOwn(spec.options, key)) return fallback;
  const value = Number(spec.options[key]);
  if (Number.isFinite(value) && value > 0) return value;
  throw wrong(spec.kind, `${key}=${spec.options[key]} is not a number above 0`);
}
