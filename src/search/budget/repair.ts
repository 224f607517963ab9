import type { Genotype } from '../genotype.js';
import type { Mix } from '../../training/engine.js';
import type { SpacePlan } from '../space.js';
import { distance, type BoardFigures, type Limits } from './limits.js';

/** One step towards a smaller network. */
export interface Reduction {
  readonly genotype: Genotype;
  /** How much loss it is expected to cost, in nats; only the order matters. */
  readonly price: number;
}

/** What the search learned about the choices, by which steps are priced. */
export interface Preferences {
  readonly mix: Mix;
  /** `[T_max]`. */
  readonly probability: ArrayLike<number>;
}

/** Narrower networks than this learn nothing. */
const LEAST_WIDTH = 4;

/** Widths are stepped by whole words of four channels where there are that many. */
const WIDTH_STEP = 4;

/** Prices of halving something in the whole network, beside what the search prefers: what short experiments suggest. */
const HALVING = { width: 1, timesteps: 0.3, bits: 0.3, keep: 0.3 } as const;

function halvings(from: number, to: number): number {
  return Math.log2(from / to);
}

/** How much less probable `to` is than `from`; nothing where the search prefers it. */
function preference(row: ArrayLike<number> | undefined, from: number, to: number): number {
  if (row === undefined || from < 0 || to < 0) return 0;
  return Math.max(0, Math.log(Math.max(row[from], 1e-6) / Math.max(row[to], 1e-6)));
}

function nextBelow(choices: readonly number[], value: number): number | undefined {
  const below = choices.filter((choice) => choice < value);
  return below.length === 0 ? undefined : Math.max(...below);
}

function narrowed(genotype: Genotype, width: number): Genotype {
  return {
    ...genotype,
    stem: { ...genotype.stem, width },
    cells: genotype.cells.map((cell) => ({
      ...cell,
      width: Math.max(1, Math.round((cell.width / genotype.stem.width) * width)),
    })),
  };
}

/** Every single step from a genotype to a smaller one that the space still holds. */
export function reductionsOf(
  genotype: Genotype,
  plan: SpacePlan,
  { mix, probability }: Preferences,
): readonly Reduction[] {
  const reductions: Reduction[] = [];
  const { timesteps, cells, stem } = genotype;
  if (timesteps > 1) {
    reductions.push({
      genotype: { ...genotype, timesteps: timesteps - 1 },
      price:
        HALVING.timesteps * halvings(timesteps, timesteps - 1) +
        preference(probability, timesteps - 1, timesteps - 2),
    });
  }
  if (stem.width > LEAST_WIDTH) {
    const width = Math.max(LEAST_WIDTH, stem.width - WIDTH_STEP);
    reductions.push({
      genotype: narrowed(genotype, width),
      price: HALVING.width * halvings(stem.width, width),
    });
  }
  cells.forEach((cell, index) => {
    const change = (changes: Partial<(typeof cells)[number]>, price: number): void => {
      const changed = cells.map((other, i) => (i === index ? { ...other, ...changes } : other));
      reductions.push({ genotype: { ...genotype, cells: changed }, price: price / cells.length });
    };
    const bits = nextBelow(plan.bits, cell.bits);
    if (bits !== undefined) {
      const learned = preference(mix.bits[index], plan.bits.indexOf(cell.bits), plan.bits.indexOf(bits));
      change({ bits: bits as typeof cell.bits }, HALVING.bits * halvings(cell.bits, bits) + learned);
    }
    const keep = nextBelow(plan.keep, cell.keep);
    if (keep !== undefined) {
      const learned = preference(mix.keep[index], plan.keep.indexOf(cell.keep), plan.keep.indexOf(keep));
      change({ keep }, HALVING.keep * halvings(cell.keep, keep) + learned);
    }
  });
  return reductions;
}

/** The smallest network with a genotype's edges: no reduction is left. */
export function smallest(genotype: Genotype, plan: SpacePlan): Genotype {
  const thin = narrowed({ ...genotype, timesteps: 1 }, Math.min(genotype.stem.width, LEAST_WIDTH));
  const bits = Math.min(...plan.bits) as Genotype['cells'][number]['bits'];
  return { ...thin, cells: thin.cells.map((cell) => ({ ...cell, bits, keep: Math.min(...plan.keep) })) };
}

export interface Repaired {
  readonly genotype: Genotype;
  readonly figures: BoardFigures;
  /** How many steps it took; 0 where the genotype fitted as it was. */
  readonly steps: number;
}

/**
 * Takes the step with the least price for what it brings, again and again, until a network is within the limits; where no step
 * helps any more, the network is the nearest one that was found, and its figures say what it lacks.
 * @param figuresOf predicted figures of a genotype; an exact check follows
 */
export function repair(
  genotype: Genotype,
  plan: SpacePlan,
  limits: Limits,
  preferences: Preferences,
  figuresOf: (genotype: Genotype) => BoardFigures,
): Repaired {
  let current: Repaired = { genotype, figures: figuresOf(genotype), steps: 0 };
  for (;;) {
    const missing = distance(current.figures, limits);
    if (missing === 0) return current;
    let best:
      { readonly reduction: Reduction; readonly figures: BoardFigures; readonly rate: number } | undefined;
    for (const reduction of reductionsOf(current.genotype, plan, preferences)) {
      const figures = figuresOf(reduction.genotype);
      // What goes below the limit is worth nothing.
      const relief = missing - distance(figures, limits);
      if (relief <= 0) continue;
      const rate = reduction.price / relief;
      if (best === undefined || rate < best.rate) best = { reduction, figures, rate };
    }
    if (best === undefined) {
      // A single step may bring nothing where several do (a byte holds eight channels).
      const last = smallest(current.genotype, plan);
      const figures = figuresOf(last);
      if (distance(figures, limits) >= missing) return current;
      return distance(figures, limits) === 0
        ? inOrder(current, plan, limits, preferences, figuresOf)
        : { genotype: last, figures, steps: current.steps + 1 };
    }
    current = { genotype: best.reduction.genotype, figures: best.figures, steps: current.steps + 1 };
  }
}

/** Cheapest step after cheapest step, whatever each brings: for when only several together bring something. */
function inOrder(
  from: Repaired,
  plan: SpacePlan,
  limits: Limits,
  preferences: Preferences,
  figuresOf: (genotype: Genotype) => BoardFigures,
): Repaired {
  let current = from;
  while (distance(current.figures, limits) > 0) {
    const steps = reductionsOf(current.genotype, plan, preferences);
    if (steps.length === 0) return current;
    const [{ genotype }] = [...steps].sort((a, b) => a.price - b.price);
    current = { genotype, figures: figuresOf(genotype), steps: current.steps + 1 };
  }
  return current;
}
