import { firmwareOverhead } from '../codegen/firmware/overhead.js';
import { planNetwork } from '../codegen/plan/network.js';
import { foldNetwork, type FoldDescription } from '../model/fold.js';
import { thinModel } from '../model/thin.js';
import type { IntegerModel } from '../model/types.js';
import type { BoardCosts } from '../search/budget/board-costs.js';
import type { BoardFigures } from '../search/budget/limits.js';
import type { Target } from '../targets/target.js';
import { boardEnergy } from './board.js';
import { FIRST_CHOICE, skeletonOf } from './expected/skeleton.js';
import { costTables } from './expected/tables.js';

/** Counts of whole networks on emulated boards were up to this much above the planner's; a limit has to hold all the same. */
const LATENCY_RESERVE = 1.4;

/**
 * Figures of an integer model on a board, as it is generated (without what nobody reads), predicted by the planner to be safe to
 * compare with limits.
 * @param rates of each layer, spikes per neuron and timestep
 */
export function plannedFigures(model: IntegerModel, target: Target, rates: readonly number[]): BoardFigures {
  const thin = thinModel(model);
  // Layers that nobody reads are gone: the others are found again by their names.
  const rateOf = new Map(model.layers.map(({ name }, index) => [name, rates[index]]));
  const firingRate = thin.layers.map(({ name }) => rateOf.get(name) ?? 0);
  const plan = planNetwork(thin, target, { firingRate });
  const overhead = firmwareOverhead(thin);
  const latencySeconds = plan.instructions * secondsPerInstruction(target);
  return {
    flashBytes: plan.flashBytes + overhead.flashBytes,
    ramBytes: plan.arenaBytes + overhead.ramBytes,
    latencySeconds,
    energyJoules: boardEnergy(target.power, latencySeconds).inferenceJoules,
  };
}

/** Of a planned instruction, with the reserve that a limit needs. */
function secondsPerInstruction({ cyclesPerInstruction, clockHz }: Target): number {
  return (LATENCY_RESERVE * cyclesPerInstruction.value) / clockHz;
}

/** The costs of a board as the search wants them: the planner's own, for expectations and for exact checks. */
export function boardCosts(target: Target, about: FoldDescription): BoardCosts {
  return {
    tablesOf: (graph) => ({
      ...costTables(graph, target),
      secondsPerInstruction: secondsPerInstruction(target),
      joulesPerSecond: boardEnergy(target.power, 1).inferenceJoules,
    }),
    predict: (graph, rates) =>
      plannedFigures(skeletonOf(graph, graph.timesteps, FIRST_CHOICE), target, rates),
    check: (network, rates) => plannedFigures(foldNetwork(network, about), target, rates),
  };
}
