import { nirError } from './graph.js';
import type { Path } from './populations.js';

/** How the classes' values follow from the spikes of one population. */
export interface Readout {
  readonly from: string;
  readonly classes: number;
  /** Whether positions of one channel weigh differently: then each is a channel of its own, rows, columns, channels. */
  readonly perPosition: boolean;
  /** `[class][channel]`, or `[class][row][column][channel]` with `perPosition`. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

function sameEverywhere(weight: Float64Array, positions: number, channels: number): boolean {
  return weight.every((value, i) => {
    const output = Math.floor(i / (positions * channels));
    return value === weight[output * positions * channels + (i % channels)];
  });
}

/**
 * The output is a last population (its spikes are counted) or a fully connected or pooling node behind one.
 * @throws LitesnnError NIR_OUTPUT
 */
export function readoutOf(paths: readonly Path[], input: string): Readout {
  const [{ from, map }] = paths;
  if (paths.length > 1) throw nirError('NIR_OUTPUT', 'the output adds several populations');
  if (from === input) throw nirError('NIR_OUTPUT', 'no population stands between input and output');
  const { source, target } = map;
  const { channels: classes } = target;
  const identity = map.depthwise && map.kernel.height * map.kernel.width === 1;
  if (!identity && (target.height !== 1 || target.width !== 1)) {
    throw nirError(
      'NIR_OUTPUT',
      `the output is a map of ${target.height} x ${target.width}, not a list of classes`,
    );
  }
  if (map.depthwise) {
    // A classifier per channel: its spikes, over all positions alike.
    const taps = map.weight.length / classes;
    const alike = map.weight.every((value, i) => value === map.weight[Math.floor(i / taps) * taps]);
    if (!alike) throw nirError('NIR_OUTPUT', 'the output weighs positions differently');
    const weight = new Float64Array(classes * classes);
    for (let k = 0; k < classes; k++) weight[k * classes + k] = map.weight[k * taps];
    return { from, classes, perPosition: false, weight, bias: map.bias };
  }
  const { channels } = source;
  const positions = source.height * source.width;
  if (map.kernel.height !== source.height || map.kernel.width !== source.width) {
    throw nirError('NIR_OUTPUT', 'the output is a convolution that does not read the whole map');
  }
  const shared = sameEverywhere(map.weight, positions, channels);
  if (positions === 1 || !shared) {
    return { from, classes, perPosition: positions > 1, weight: map.weight, bias: map.bias };
  }
  const weight = new Float64Array(classes * channels);
  for (let k = 0; k < classes; k++) {
    weight.set(
      map.weight.subarray(k * positions * channels, k * positions * channels + channels),
      k * channels,
    );
  }
  return { from, classes, perPosition: false, weight, bias: map.bias };
}
