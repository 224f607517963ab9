/** What one way of doing a part of the network takes. */
export interface Option {
  readonly flashBytes: number;
  readonly ramBytes: number;
  /** What is made least: instructions, or anything else that adds up. */
  readonly cost: number;
}

export interface SpaceLimits {
  readonly flashBytes: number;
  readonly ramBytes: number;
}

/** A choice for the parts so far; `before` leads back to the first. */
interface Partial extends Option {
  readonly picked: number;
  readonly before: Partial | undefined;
}

/** Cells that flash and RAM are divided into: of all choices in one cell the cheapest is kept. */
const CELLS = 96;

/**
 * One option of each part, so that the sums of flash and RAM stay within the limits and the cost is least; where none does, those that
 * pass the limits by the fewest bytes. Multiple-choice knapsack with two limits by dynamic programming: exact while all partial choices
 * are in cells of their own, and in any case what it says is within the limits is.
 * @returns `[part]` index of the option
 */
export function selectOptions(parts: readonly (readonly Option[])[], limits: SpaceLimits): readonly number[] {
  const cell = {
    flash: Math.max(1, sumOfLargest(parts, 'flashBytes') / CELLS),
    ram: Math.max(1, sumOfLargest(parts, 'ramBytes') / CELLS),
  };
  let states: readonly Partial[] = [{ flashBytes: 0, ramBytes: 0, cost: 0, picked: -1, before: undefined }];
  for (const options of parts) {
    const cheapest = new Map<number, Partial>();
    for (const before of states) {
      options.forEach((option, picked) => {
        const next = {
          flashBytes: before.flashBytes + option.flashBytes,
          ramBytes: before.ramBytes + option.ramBytes,
          cost: before.cost + option.cost,
          picked,
          before,
        };
        const key =
          Math.floor(next.flashBytes / cell.flash) * 2 * CELLS + Math.floor(next.ramBytes / cell.ram);
        const known = cheapest.get(key);
        if (known === undefined || isBetter(next, known)) cheapest.set(key, next);
      });
    }
    states = withoutDominated([...cheapest.values()]);
  }
  const excess = (state: Option): number =>
    Math.max(0, state.flashBytes - limits.flashBytes) + Math.max(0, state.ramBytes - limits.ramBytes);
  const best = states.reduce((a, b) =>
    excess(b) < excess(a) || (excess(b) === excess(a) && isBetter(b, a)) ? b : a,
  );
  return picksOf(best);
}

function sumOfLargest(parts: readonly (readonly Option[])[], of: 'flashBytes' | 'ramBytes'): number {
  return parts.reduce((sum, options) => sum + Math.max(...options.map((option) => option[of])), 0);
}

function isBetter(a: Option, b: Option): boolean {
  if (a.cost !== b.cost) return a.cost < b.cost;
  return a.flashBytes + a.ramBytes < b.flashBytes + b.ramBytes;
}

/** Cheapest first: what is neither smaller in flash nor in RAM than a cheaper one goes. */
function withoutDominated(states: readonly Partial[]): readonly Partial[] {
  const kept: Partial[] = [];
  for (const state of [...states].sort((a, b) => (isBetter(a, b) ? -1 : 1))) {
    const dominated = kept.some(
      (other) => other.flashBytes <= state.flashBytes && other.ramBytes <= state.ramBytes,
    );
    if (!dominated) kept.push(state);
  }
  return kept;
}

function picksOf(last: Partial): readonly number[] {
  const picks: number[] = [];
  for (let state = last; state.before !== undefined; state = state.before) picks.push(state.picked);
  return picks.reverse();
}
