import { elementsOf } from '../../core/geometry.js';
import type { IntegerModel } from '../../model/types.js';
import type { SpaceLimits } from '../plan/select.js';

export interface FirmwareOverhead {
  /** Code and constants beside the network's tables. */
  readonly flashBytes: number;
  /** Static data and worst-case stack beside the network's arena. */
  readonly ramBytes: number;
}

/**
 * Code of the measuring firmware with all kernels (GCC 12 -O3: 31 to 32 KiB, most on a Cortex-M3), and for each layer its function and
 * descriptors (about 360 bytes), with some reserve: what is planned to fit has to fit when it is built. A test builds firmware and compares.
 */
const CODE_BYTES = 33_300;
const LAYER_BYTES = 370;

/** Ring buffer and state of the serial line, context, worst-case stack: 2.5 KiB, and the trace's counters of each layer. */
const STATE_BYTES = 2_560;
const LAYER_STATE_BYTES = 20;

/** What the measuring firmware takes beside the plan of its network; the input sample is received into a buffer of its own. */
export function firmwareOverhead({
  input,
  layers,
}: Pick<IntegerModel, 'input' | 'layers'>): FirmwareOverhead {
  return {
    flashBytes: CODE_BYTES + LAYER_BYTES * layers.length,
    ramBytes: STATE_BYTES + LAYER_STATE_BYTES * layers.length + elementsOf(input),
  };
}

/** What limits of the whole firmware leave for the plan of its network. */
export function planLimits(
  model: Pick<IntegerModel, 'input' | 'layers'>,
  { flashBytes, ramBytes }: SpaceLimits,
): SpaceLimits {
  const overhead = firmwareOverhead(model);
  return { flashBytes: flashBytes - overhead.flashBytes, ramBytes: ramBytes - overhead.ramBytes };
}
