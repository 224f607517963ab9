import { instructionsOf } from '../../src/codegen/plan/cost.js';
import type { CostTable } from '../../src/codegen/plan/costs/table.js';
import { nonNegativeLeastSquares } from '../../src/energy/calibration/nnls.js';
import type { CostSample } from './samples.js';

export interface Fit {
  readonly instructions: Readonly<Record<string, number>>;
  /** Of a sample's prediction, in percent of what it took. */
  readonly meanErrorPct: number;
  readonly worstErrorPct: number;
}

const DIGITS = 5;
/** Instructions: what is left of a cost that wanted to be negative. */
const NEGLIGIBLE = 1e-6;

/** Costs of all parts of the work that make the squares of the relative errors least. */
export function fitCosts(samples: readonly CostSample[]): Fit {
  const parts = [...new Set(samples.flatMap(({ work }) => Object.keys(work)))].sort();
  const rows = samples.map(({ work, instructions }) =>
    Float64Array.from(parts, (part) => (work[part] ?? 0) / instructions),
  );
  const costs = nonNegativeLeastSquares(rows, new Float64Array(samples.length).fill(1));
  const found = parts.map((part, i): [string, number] => [part, Number(costs[i].toPrecision(DIGITS))]);
  const instructions = Object.fromEntries(found.filter(([, cost]) => cost > NEGLIGIBLE));
  const errors = samples.map((sample) => errorPct(sample, { source: '', instructions }));
  return {
    instructions,
    meanErrorPct: errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length,
    worstErrorPct: Math.max(...errors.map(Math.abs)),
  };
}

export function errorPct({ work, instructions }: CostSample, table: CostTable): number {
  return (100 * (instructionsOf(work, table) - instructions)) / instructions;
}
