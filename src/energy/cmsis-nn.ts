import type { Target } from '../targets/target.js';

/**
 * Instructions a multiply-accumulate of CMSIS-NN's int8 convolution: 3x3, 16 x 16 pixels, 32 to 32 channels, counted on emulated cores
 * (GCC 12.2 -O3). Layers of few input channels take more (4.8 with three on the M4), depthwise ones too (8.3): an estimate by
 * these figures flatters the artificial network. The M0 was not measured and counts as an M0+.
 */
const INSTRUCTIONS_A_MAC: Readonly<Record<Target['core'], number>> = {
  'cortex-m0': 6.705,
  'cortex-m0plus': 6.705,
  'cortex-m3': 2.87,
  'cortex-m4': 1.925,
  'cortex-m7': 1.927,
  'cortex-m33': 1.928,
  'cortex-m55': 0.253,
};

/** Where the estimate comes from, for tables and reports. */
export const CMSIS_NN_BASIS = "estimated from CMSIS-NN's measured instructions a multiply-accumulate";

/** Instructions of one inference of an int8 network on the board's core. */
export function cmsisNnInstructions(core: Target['core'], multiplyAccumulates: number): number {
  return Math.round(INSTRUCTIONS_A_MAC[core] * multiplyAccumulates);
}
