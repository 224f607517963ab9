import type { PowerSpec } from '../targets/target.js';

export interface BoardEnergy {
  /** Energy of one inference, supply voltage x active current x latency, joule. */
  readonly inferenceJoules: number;
  /** Power while waiting between inferences, watt. */
  readonly sleepWatts: number;
  readonly latencySeconds: number;
}

/** Data-sheet model: the core draws its active current for as long as the inference takes. */
export function boardEnergy(power: PowerSpec, latencySeconds: number): BoardEnergy {
  return {
    inferenceJoules: power.supplyVolts * power.activeAmperes * latencySeconds,
    sleepWatts: power.supplyVolts * power.sleepAmperes,
    latencySeconds,
  };
}
