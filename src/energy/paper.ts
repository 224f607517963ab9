import type { OperationCounts } from './operations.js';

/**
 * Energy of one 32-bit operation in 45 nm CMOS, joule: Horowitz, "Computing's energy problem", ISSCC 2014, figure 1.1.9;
 * the figures that the spiking literature uses (LitE-SNN, section 5).
 */
export const ACCUMULATE_JOULES = 0.9e-12;
export const MULTIPLY_ACCUMULATE_JOULES = 4.6e-12;

/**
 * Energy of one inference by operation counts alone. It compares with papers; it knows nothing of a microcontroller's
 * fetches, memories or leakage, and says far less than a board spends.
 */
export function paperEnergy(counts: OperationCounts): number {
  return (
    counts.multiplyAccumulates * MULTIPLY_ACCUMULATE_JOULES + counts.synapticOperations * ACCUMULATE_JOULES
  );
}
