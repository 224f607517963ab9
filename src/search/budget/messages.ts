import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { Genotype } from '../genotype.js';
import { excesses, type BoardFigures, type Limits, type Resource } from './limits.js';

/** A network that came nearest to what was asked for. */
export interface Nearest {
  readonly genotype: Genotype;
  readonly figures: BoardFigures;
  /** On the validation split; absent where it was not trained. */
  readonly accuracy?: number | undefined;
}

function whole(value: number): string {
  return Math.ceil(value).toLocaleString('en-US');
}

const TEXTS: Readonly<Record<Resource, (needed: number, limit: number) => string>> = {
  flashBytes: (needed, limit) => `needs ${whole(needed)} bytes of flash, the budget is ${whole(limit)}`,
  ramBytes: (needed, limit) => `needs ${whole(needed)} bytes of RAM, the budget is ${whole(limit)}`,
  latencySeconds: (needed, limit) =>
    `takes ${(1e3 * needed).toPrecision(3)} ms, the budget is ${(1e3 * limit).toPrecision(3)} ms`,
  energyJoules: (needed, limit) =>
    `takes ${(1e6 * needed).toPrecision(3)} uJ, the budget is ${(1e6 * limit).toPrecision(3)} uJ`,
};

function shortly({ stem, cells, timesteps }: Genotype): string {
  const listed = (values: readonly number[]): string => [...new Set(values)].sort((a, b) => a - b).join('/');
  const bits = `${listed(cells.map((cell) => cell.bits))}-bit`;
  const kept = listed(cells.map((cell) => 100 * cell.keep));
  return `width ${stem.width}, T ${timesteps}, ${bits}, ${kept} % kept`;
}

/** No network of the space obeys the budgets (exit code 3): says which came nearest and what limits it. */
export function infeasible(nearest: Nearest, limits: Limits, leastAccuracy?: number): LitesnnError {
  const { genotype, figures, accuracy } = nearest;
  const passed = excesses(figures, limits).map(({ resource, needed, limit }) =>
    TEXTS[resource](needed, limit),
  );
  if (leastAccuracy !== undefined && accuracy !== undefined && accuracy < leastAccuracy) {
    const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
    passed.push(`has ${percent(accuracy)} accuracy, the least is ${percent(leastAccuracy)}`);
  }
  return new LitesnnError(
    'BUDGET_INFEASIBLE',
    ExitCode.infeasible,
    `the nearest network (${shortly(genotype)}) ${passed.join(' and ')}`,
    {
      hint: 'allow more, choose a larger board, or a space with fewer or narrower cells',
      details: { limits, leastAccuracy, nearest },
    },
  );
}
