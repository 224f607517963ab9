import { firmwareOverhead, planLimits } from '../codegen/firmware/overhead.js';
import { planNetwork } from '../codegen/plan/network.js';
import type { SpaceLimits } from '../codegen/plan/select.js';
import type { StorageChoice } from '../codegen/plan/types.js';
import { foldNetwork, type FoldDescription } from '../model/fold.js';
import { thinModel } from '../model/thin.js';
import type { IntegerModel } from '../model/types.js';
import type { BoardCosts, GraphCosts } from '../search/budget/board-costs.js';
import type { BoardFigures } from '../search/budget/limits.js';
import type { Target } from '../targets/target.js';
import type { TrainingGraph } from '../training/graph.js';
import { boardEnergy } from './board.js';
import type { Calibration } from './calibration/calibration-file.js';
import { calibratedCost } from './calibration/calibrated-cost.js';
import { FIRST_CHOICE, LARGEST_CHOICE, skeletonOf } from './expected/skeleton.js';
import { costTables } from './expected/tables.js';

/** Counts of whole networks on emulated boards were up to this much above the planner's; a limit has to hold all the same. */
const LATENCY_RESERVE = 1.4;

/** Units of calibrated costs: small enough that whole numbers of them lose nothing. */
const NANOSECOND = 1e-9;
const PICOJOULE = 1e-12;

/** How a board is looked at. */
export interface BoardAbout {
  /** Of that very board; without one latency is the planner's and energy the data sheet's. */
  readonly calibration?: Calibration | undefined;
  /** Of the whole firmware; the board's memories by default. */
  readonly limits?: SpaceLimits | undefined;
  /** How weights may be stored; `auto` by default. */
  readonly storage?: StorageChoice | undefined;
}

function limitsOf({ memory: { flash, ram } }: Target, { limits }: BoardAbout): SpaceLimits {
  return limits ?? { flashBytes: flash.bytes, ramBytes: ram.bytes };
}

/**
 * Figures of an integer model on a board, as it is generated (without what nobody reads), predicted by the planner to be safe to
 * compare with limits.
 * @param rates of each layer, spikes per neuron and timestep
 */
export function plannedFigures(
  model: IntegerModel,
  target: Target,
  rates: readonly number[],
  board: BoardAbout = {},
): BoardFigures {
  const thin = thinModel(model);
  // Layers that nobody reads are gone: the others are found again by their names.
  const rateOf = new Map(model.layers.map(({ name }, index) => [name, rates[index]]));
  const firingRate = thin.layers.map(({ name }) => rateOf.get(name) ?? 0);
  const limits = planLimits(thin, limitsOf(target, board));
  const plan = planNetwork(thin, target, { firingRate, storage: board.storage, limits });
  const { codeBytes = 0, ramBytes: unpackedBytes = 0 } = plan.unpacked ?? {};
  const overhead = firmwareOverhead(thin);
  const latencySeconds = plan.instructions * secondsPerInstruction(target);
  const memory = {
    flashBytes: plan.flashBytes + codeBytes + overhead.flashBytes,
    ramBytes: plan.arenaBytes + unpackedBytes + overhead.ramBytes,
  };
  const { calibration } = board;
  if (calibration === undefined) {
    return {
      ...memory,
      latencySeconds,
      energyJoules: boardEnergy(target.power, latencySeconds).inferenceJoules,
    };
  }
  const { seconds, grossJoules } = calibration.quantities;
  const costed = (costOf: ReturnType<typeof calibratedCost>): number =>
    planNetwork(thin, target, { firingRate, costOf }).instructions;
  return {
    ...memory,
    latencySeconds: NANOSECOND * costed(calibratedCost(seconds, target, NANOSECOND)),
    energyJoules: PICOJOULE * costed(calibratedCost(grossJoules, target, PICOJOULE)),
  };
}

/** Of a planned instruction, with the reserve that a limit needs. */
function secondsPerInstruction({ cyclesPerInstruction, clockHz }: Target): number {
  return (LATENCY_RESERVE * cyclesPerInstruction.value) / clockHz;
}

/**
 * Whether the search is to expect packed weights. Where the planner may choose, they hold more where there is more RAM for unpacked tables
 * than flash for tables as they are.
 */
function expectsPacked(graph: TrainingGraph, target: Target, board: BoardAbout): boolean {
  const { storage = 'auto' } = board;
  if (storage !== 'auto') return storage === 'packed';
  const largest = skeletonOf(graph, 1, LARGEST_CHOICE);
  const room = planLimits(largest, limitsOf(target, board));
  return room.ramBytes - planNetwork(largest).arenaBytes > room.flashBytes;
}

function graphCosts(graph: TrainingGraph, target: Target, board: BoardAbout): GraphCosts {
  const { calibration } = board;
  const packed = expectsPacked(graph, target, board);
  if (calibration === undefined) {
    return {
      ...costTables(graph, target, { packed }),
      secondsPerInstruction: secondsPerInstruction(target),
      joulesPerSecond: boardEnergy(target.power, 1).inferenceJoules,
    };
  }
  const { seconds, grossJoules } = calibration.quantities;
  const energy = calibratedCost(grossJoules, target, PICOJOULE);
  const { populations, head } = costTables(graph, target, { packed, costOf: energy });
  return {
    ...costTables(graph, target, { packed, costOf: calibratedCost(seconds, target, NANOSECOND) }),
    secondsPerInstruction: NANOSECOND,
    joulesPerSecond: grossJoules.commonRate / seconds.commonRate,
    energy: { populations, head, joulesPerUnit: PICOJOULE },
  };
}

/** The costs of a board as the search wants them: for expectations and for exact checks, calibrated where the board was measured. */
export function boardCosts(target: Target, about: FoldDescription, board: BoardAbout = {}): BoardCosts {
  return {
    tablesOf: (graph) => graphCosts(graph, target, board),
    predict: (graph, rates) =>
      plannedFigures(skeletonOf(graph, graph.timesteps, FIRST_CHOICE), target, rates, board),
    check: (network, rates) => plannedFigures(foldNetwork(network, about), target, rates, board),
  };
}
