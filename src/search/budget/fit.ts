import type { Shape } from '../../core/geometry.js';
import { buildNetwork } from '../decode.js';
import { GENOTYPE_VERSION, type Genotype } from '../genotype.js';
import { OPERATIONS } from '../layout.js';
import type { SpacePlan, SupernetSpec } from '../space.js';
import type { BoardCosts } from './board-costs.js';
import { distance, type BoardFigures, type Limits } from './limits.js';
import { infeasible } from './messages.js';
import { repair, smallest, type Preferences, type Repaired } from './repair.js';

/** Firing rate of each population by its name: narrower networks have the same names. */
export type RatesByName = ReadonlyMap<string, number>;

/** What a repaired network is made for. */
export interface FitContext {
  readonly plan: SpacePlan;
  readonly input: Shape;
  readonly classes: number;
  readonly costs: BoardCosts;
  readonly limits: Limits;
  readonly rates: RatesByName;
}

/** Rate of a population that nobody measured. */
const UNKNOWN_RATE = 0.1;

/** Nothing useful fires less than this. */
const LOWEST_RATE = 0.01;

function predicted(
  { costs, input, classes }: FitContext,
  genotype: Genotype,
  rates: RatesByName,
): BoardFigures {
  const graph = buildNetwork(genotype, input, classes);
  return costs.predict(
    graph,
    graph.populations.map(({ name }) => rates.get(name) ?? UNKNOWN_RATE),
  );
}

/**
 * A genotype that is predicted to be within the limits at the given firing rates.
 * @throws LitesnnError BUDGET_INFEASIBLE where no reduction of it is
 */
export function fitGenotype(genotype: Genotype, preferences: Preferences, context: FitContext): Repaired {
  const { plan, limits, rates } = context;
  const repaired = repair(genotype, plan, limits, preferences, (candidate) =>
    predicted(context, candidate, rates),
  );
  const { genotype: nearest, figures } = repaired;
  if (distance(figures, limits) > 0) throw infeasible({ genotype: nearest, figures }, limits);
  return repaired;
}

/** The plainest network of a space: each node reads the cell before by a convolution and an identity. */
export function simplest({ plan }: SupernetSpec): Genotype {
  const { layout, bits, keep } = plan;
  return {
    formatVersion: GENOTYPE_VERSION,
    space: plan.name,
    timesteps: layout.timesteps,
    stem: layout.stem,
    kernel: layout.kernel,
    nodes: Array.from({ length: layout.nodes }, () => ({
      inputs: OPERATIONS.map((operation) => ({ from: 'previous' as const, operation, weight: 1 })),
    })),
    cells: layout.cells.map((cell) => ({
      ...cell,
      bits: bits[0] as Genotype['cells'][number]['bits'],
      keep: keep[0],
    })),
    headBits: plan.headBits as Genotype['headBits'],
  };
}

/**
 * Before hours are spent: not even the smallest network of the space, hardly firing, may pass the limits.
 * @throws LitesnnError BUDGET_INFEASIBLE
 */
export function checkFeasible(genotype: Genotype, context: FitContext): void {
  const { plan, limits } = context;
  const least = smallest(genotype, plan);
  const rates = new Map(
    buildNetwork(least, context.input, context.classes).populations.map(({ name }) => [name, LOWEST_RATE]),
  );
  const figures = predicted(context, least, rates);
  if (distance(figures, limits) > 0) throw infeasible({ genotype: least, figures }, limits);
}
