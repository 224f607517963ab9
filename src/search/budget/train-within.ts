import type { FiringPenalty } from '../firing-penalty.js';
import type { Genotype } from '../genotype.js';
import type { RetrainOutcome } from '../retrain.js';
import type { TrainedNetwork } from '../trained-network.js';
import { fitGenotype, type FitContext, type RatesByName } from './fit.js';
import { DEPENDS_ON_FIRING, distance, excesses, type BoardFigures, type Limits } from './limits.js';
import { infeasible, type Nearest } from './messages.js';
import type { Preferences } from './repair.js';

/** One retraining: of which network, from which weights, with which penalty on firing. */
export interface Attempt {
  /** From 0. */
  readonly index: number;
  readonly genotype: Genotype;
  readonly start: TrainedNetwork;
  readonly firing: FiringPenalty | undefined;
}

export interface TrainWithinOptions {
  readonly genotype: Genotype;
  readonly preferences: Preferences;
  readonly context: FitContext;
  readonly leastAccuracy: number | undefined;
  readonly firing: FiringPenalty | undefined;
  /** A network with its weights before retraining. */
  readonly startOf: (genotype: Genotype) => TrainedNetwork;
  readonly train: (attempt: Attempt) => Promise<RetrainOutcome>;
  /** Told of the nearest network that was trained, where none obeys the limits. */
  readonly keepNearest: (network: TrainedNetwork) => void;
  readonly note: (text: string) => void;
}

export interface TrainedWithin {
  readonly network: TrainedNetwork;
  readonly genotype: Genotype;
  readonly figures: BoardFigures;
  /** All retrainings, the last one is the result's. */
  readonly outcomes: readonly RetrainOutcome[];
}

const MOST_ATTEMPTS = 4;

/** Checks of weights before training may each shrink the limits a little. */
const MOST_REPAIRS = 6;

/** A firing rate is not pressed below this part of what it was in one attempt: accuracy would go first. */
const STRONGEST_TIGHTENING = 0.4;

/** What training brings about is not what was asked for to the last digit. */
const RESERVE = 0.97;

const DEFAULT_STRENGTH = 0.3;

/**
 * Retrains a network that fits the limits, before and after: what is predicted not to fit is repaired first; a network that fires too much
 * for its latency or energy after training is trained on with a lower target for firing; one whose tables grew is repaired again.
 * @throws LitesnnError BUDGET_INFEASIBLE (exit 3) with the nearest network where that does not help, or accuracy is too low
 */
export async function trainWithin(options: TrainWithinOptions): Promise<TrainedWithin> {
  const { context, leastAccuracy, preferences, train, note } = options;
  const { limits, costs } = context;
  let { firing } = options;
  let rates: RatesByName = limited(context.rates, firing?.target);
  let planned: Limits = limits;
  let start: TrainedNetwork | undefined;
  let genotype = options.genotype;
  let nearest: (Nearest & { readonly network: TrainedNetwork }) | undefined;
  const outcomes: RetrainOutcome[] = [];
  for (let index = 0; index < MOST_ATTEMPTS; index++) {
    if (start === undefined) {
      try {
        ({ genotype, start } = startWithin(planned, rates));
      } catch (error) {
        // Nothing smaller is left: what was trained before is the nearest.
        if (nearest === undefined) throw error;
        break;
      }
    }
    const outcome = await train({ index, genotype, start, firing });
    outcomes.push(outcome);
    const network: TrainedNetwork = { ...start, parameters: outcome.parameters };
    const measured = meanRates(outcome.rates, network.graph.timesteps);
    const figures = costs.check(network, measured);
    const { accuracy } = outcome;
    if (nearest === undefined || distance(figures, limits) <= distance(nearest.figures, limits)) {
      nearest = { genotype, figures, accuracy, network };
    }
    const over = excesses(figures, limits);
    if (over.length === 0) {
      if (leastAccuracy !== undefined && accuracy < leastAccuracy) break;
      return { network, genotype, figures, outcomes };
    }
    const names = network.graph.populations.map(({ name }) => name);
    rates = new Map(names.map((name, p) => [name, measured[p]]));
    const factor = tightening(network, measured);
    if (factor === undefined) {
      planned = shrunk(planned, figures);
      start = undefined;
      note('search: the trained network does not fit, a smaller one is trained');
    } else {
      const rate = measured.reduce((sum, value) => sum + value, 0) / measured.length;
      const { target, strength } = firing ?? { target: rate, strength: DEFAULT_STRENGTH };
      firing = { target: Math.min(target, rate) * factor, strength: 1.5 * strength };
      start = network;
      note(`search: firing is to fall to ${(100 * firing.target).toFixed(1)} % for ${over[0].resource}`);
    }
  }
  const { network, ...found } = nearest!;
  options.keepNearest(network);
  throw infeasible(found, limits, leastAccuracy);

  /** Factor on firing rates that brings the network within limits; none where firing is not what is too much. */
  function tightening(network: TrainedNetwork, measured: readonly number[]): number | undefined {
    for (let factor = 0.95; factor >= STRONGEST_TIGHTENING; factor -= 0.05) {
      const scaled = measured.map((rate) => factor * rate);
      if (distance(costs.check(network, scaled), withReserve(limits)) === 0) return factor;
    }
    return undefined;
  }

  /** A network that fits with the weights that training starts from. */
  function startWithin(
    within: Limits,
    at: RatesByName,
  ): { readonly genotype: Genotype; readonly start: TrainedNetwork } {
    let aim = within;
    for (let round = 0; ; round++) {
      const fitted = fitGenotype(options.genotype, preferences, { ...context, limits: aim, rates: at });
      const made = options.startOf(fitted.genotype);
      const figures = costs.check(
        made,
        made.graph.populations.map(({ name }) => at.get(name) ?? firing?.target ?? STRONGEST_TIGHTENING / 4),
      );
      if (distance(figures, within) === 0) {
        if (fitted.steps > 0) note(`search: ${fitted.steps} choices lowered to fit the budgets`);
        return { genotype: fitted.genotype, start: made };
      }
      if (round === MOST_REPAIRS) throw infeasible({ genotype: fitted.genotype, figures }, within);
      aim = shrunk(aim, figures);
    }
  }
}

/** Training holds firing at its target: no network has to be made smaller for what will not stay. */
function limited(rates: RatesByName, target: number | undefined): RatesByName {
  return new Map([...rates].map(([name, rate]) => [name, Math.min(rate, target ?? rate)]));
}

/** `[population]` of `[population][timestep]`. */
function meanRates(rates: Float32Array, timesteps: number): readonly number[] {
  return Array.from({ length: rates.length / timesteps }, (_, p) => {
    const own = rates.subarray(p * timesteps, (p + 1) * timesteps);
    return own.reduce((sum, rate) => sum + rate, 0) / timesteps;
  });
}

function withReserve(limits: Limits): Limits {
  const reserve = DEPENDS_ON_FIRING.flatMap((resource) => {
    const limit = limits[resource];
    return limit === undefined ? [] : [[resource, RESERVE * limit] as const];
  });
  return { ...limits, ...Object.fromEntries(reserve) };
}

/** Limits lowered by as much as figures passed them. */
function shrunk(limits: Limits, figures: BoardFigures): Limits {
  const lower = excesses(figures, limits).map(
    ({ resource, needed, limit }) => [resource, RESERVE * limit * (limit / needed)] as const,
  );
  return { ...limits, ...Object.fromEntries(lower) };
}
