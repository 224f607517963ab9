import type { Shape } from '../../core/geometry.js';
import type { WeightBits } from '../../model/types.js';
import type { ProbeBlock, ProbeSpec } from './build-probe.js';

function image(height: number, width: number, channels: number): Shape {
  return { height, width, channels };
}

/** Networks that together use every class of kernels in different shares: what `litesnn calibrate --probes` measures. */
export const PROBE_NETWORKS: readonly ProbeSpec[] = [
  probe('dense-1-bit', image(16, 16, 1), 2, [16, 3, 1], ['conv:32', 'conv:32:2', 'conv:64'], 1, 1, 0.1),
  probe('dense-2-bit', image(14, 14, 3), 3, [24, 3, 1], ['conv:32:2', 'conv:48'], 2, 1, 0.15),
  probe('dense-4-bit', image(12, 12, 2), 4, [16, 3, 1], ['conv:32', 'residual:32'], 4, 1, 0.08),
  probe('separable', image(25, 10, 1), 2, [32, 5, 2], ['depthwise:48', 'depthwise:64'], 2, 1, 0.12),
  probe('separable-busy', image(12, 16, 1), 1, [32, 3, 1], ['depthwise:32', 'depthwise:64:2'], 4, 1, 0.3),
  probe('pruned', image(16, 16, 2), 2, [32, 3, 2], ['conv:64', 'residual:64'], 1, 0.3, 0.2),
  probe('signal', image(1, 128, 2), 4, [16, 5, 2], ['conv:32:2', 'conv:64:2', 'point:64'], 2, 0.6, 0.1),
  probe('residual', image(10, 12, 3), 1, [32, 3, 1], ['residual:32', 'conv:64:2', 'residual:64'], 1, 1, 0.25),
];

function probe(
  name: string,
  input: Shape,
  timesteps: number,
  [channels, side, stride]: readonly [number, number, number],
  blocks: readonly string[],
  bits: WeightBits,
  keep: number,
  rate: number,
): ProbeSpec {
  return {
    name,
    input,
    timesteps,
    stem: { channels, side, stride },
    blocks: blocks.map(parseBlock),
    bits,
    keep,
    rate,
    classes: 10,
  };
}

function parseBlock(text: string): ProbeBlock {
  const [kind, channels, ...stride] = text.split(':');
  return {
    kind: kind as ProbeBlock['kind'],
    channels: Number(channels),
    ...(stride.length === 0 ? {} : { stride: Number(stride[0]) }),
  };
}
