/** Keeps hidden firing rates low, which is what decides the cost on the device. */
export interface FiringPenalty {
  /** Rate up to which firing is free, spikes per neuron and timestep. */
  readonly target: number;
  /** Loss of one population that fires at twice the target, shared among all. */
  readonly strength: number;
}

export interface FiringLoss {
  readonly value: number;
  /** `[population][timestep]`. */
  readonly ratesGradient: Float32Array;
}

/**
 * `strength * mean over populations of max(0, rate / target - 1)`, rate = mean over timesteps. Linear above the target, so that
 * it pulls as hard near it as far away.
 * @param rates `[population][timestep]`
 */
export function firingLoss(rates: Float32Array, timesteps: number, penalty: FiringPenalty): FiringLoss {
  const populations = rates.length / timesteps;
  const ratesGradient = new Float32Array(rates.length);
  let value = 0;
  for (let p = 0; p < populations; p++) {
    const own = rates.subarray(p * timesteps, (p + 1) * timesteps);
    const rate = own.reduce((sum, r) => sum + r, 0) / timesteps;
    if (rate <= penalty.target) continue;
    value += (penalty.strength * (rate / penalty.target - 1)) / populations;
    ratesGradient
      .subarray(p * timesteps, (p + 1) * timesteps)
      .fill(penalty.strength / (penalty.target * timesteps * populations));
  }
  return { value, ratesGradient };
}
