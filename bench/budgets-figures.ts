import type { Budget } from '../src/cli/pipeline/settings.js';
import type { Summary } from '../src/report/summary.js';

/** What a budget limits, as a board has it. */
export interface DeviceFigures {
  readonly flashBytes: number;
  readonly ramBytes: number;
  /** Median of an inference, from the emulated board's count. */
  readonly latencySeconds: number;
}

export type LimitedFigure = keyof DeviceFigures;

export const LIMITED_FIGURES: readonly LimitedFigure[] = ['flashBytes', 'ramBytes', 'latencySeconds'];

/** What the linked image takes and the board's counter says; not what the planner expected. */
export function deviceFigures({ device }: Summary): DeviceFigures {
  return {
    flashBytes: device.flashBytes,
    ramBytes: device.ramBytes,
    latencySeconds: device.latency.seconds.median,
  };
}

/** A budget that leaves `share` (0..1) of one figure of a network that was searched without budgets. */
export function shareOf(free: DeviceFigures, figure: LimitedFigure, share: number): Budget {
  const limit = free[figure] * share;
  return { [figure]: figure === 'latencySeconds' ? limit : Math.floor(limit) };
}

export interface BudgetOutcome {
  readonly asked: LimitedFigure;
  readonly limit: number;
  /** Absent where the search said that no network obeys (exit code 3). */
  readonly has?: number;
}

/** `violations` are networks that were given out as obeying a budget and don't, on the board. */
export function budgetHeadline(outcomes: readonly BudgetOutcome[]): Record<string, number> {
  return {
    asked: outcomes.length,
    obeyed: outcomes.filter(({ has, limit }) => has !== undefined && has <= limit).length,
    infeasible: outcomes.filter(({ has }) => has === undefined).length,
    violations: outcomes.filter(({ has, limit }) => has !== undefined && has > limit).length,
  };
}
