import { COUNT_FEATURES, FEATURES, type Features } from './features.js';
import { isCycles, totalCycles } from './least-squares.js';

/** Least and largest value among what was fitted on. */
export type FittedRange = Readonly<Record<string, { readonly min: number; readonly max: number }>>;

/** Beyond the range by so much is still inside: shares absolutely, the others as a part of the bound. */
const SHARE_SLACK = 0.05;
const SLACK = 0.1;

/**
 * What a coefficient's use has to stay within: cycles in all, the share of each class of them, counts a thousand cycles. A network twice as
 * large of the same kind is further away by the first only.
 */
export function rangeValues(features: Features): Readonly<Record<string, number>> {
  const cycles = totalCycles(features);
  const of = (value: number, unit: number): number => (cycles === 0 ? 0 : (value * unit) / cycles);
  return {
    cycles,
    ...Object.fromEntries(
      FEATURES.filter(isCycles).map((name) => [`share of ${name}`, of(features[name], 1)]),
    ),
    ...Object.fromEntries(
      COUNT_FEATURES.map((name) =>
        name === 'timesteps'
          ? [name, features.timesteps]
          : [`${name} a thousand cycles`, of(features[name], 1000)],
      ),
    ),
  };
}

export function rangeOf(all: readonly Features[]): FittedRange {
  const rows = all.map(rangeValues);
  return Object.fromEntries(
    Object.keys(rows[0]).map((name) => {
      const values = rows.map((row) => row[name]);
      return [name, { min: Math.min(...values), max: Math.max(...values) }];
    }),
  );
}

/** Names of what lies outside, with figures: one line each; none inside. */
export function outsideRange(features: Features, range: FittedRange): readonly string[] {
  return Object.entries(rangeValues(features)).flatMap(([name, value]) => {
    const { min, max } = range[name];
    const share = name.startsWith('share of ');
    const low = share ? min - SHARE_SLACK : min * (1 - SLACK);
    const high = share ? max + SHARE_SLACK : max * (1 + SLACK);
    if (value >= low && value <= high) return [];
    const show = (number: number): string => (share ? `${(100 * number).toFixed(0)} %` : brief(number));
    return [`${name} is ${show(value)}, fitted on ${show(min)} to ${show(max)}`];
  });
}

function brief(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}
