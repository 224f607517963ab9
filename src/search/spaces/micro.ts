import type { Shape, Size2d } from '../../core/geometry.js';
import { LITESNN_NEURON } from '../../training/graph.js';
import type { SpaceOptions, SpacePlan } from '../space.js';
import { cellKernel, cellsOf, evenLevels } from './common.js';

/**
 * Step along one dimension: signals are long and oversampled, images are not. A longer step has a longer kernel, so
 * that no sample is left out.
 */
function stemStep(length: number, signal: boolean): number {
  if (length < 24) return 1;
  if (!signal || length < 256) return 2;
  return length < 1024 ? 4 : 8;
}

function stemKernel(input: Shape, stride: Size2d): Size2d {
  const along = (step: number): number => (step <= 2 ? 3 : 2 * step + 1);
  return { height: input.height === 1 ? 1 : along(stride.height), width: along(stride.width) };
}

/** The default space: few, narrow cells that fit a microcontroller. */
export function microSpace(input: Shape, classes: number, options: SpaceOptions): SpacePlan {
  const { cells = options.levels?.length ?? 3, width = 16, nodes = 2, timesteps = 4 } = options;
  const { levels = evenLevels(cells, Math.min(cells, 2)), bits = [1, 2, 4], keep = [0.5] } = options;
  const signal = input.height === 1;
  const stride: Size2d = {
    height: signal ? 1 : (options.stemStride ?? stemStep(input.height, signal)),
    width: options.stemStride ?? stemStep(input.width, signal),
  };
  return {
    name: 'micro',
    layout: {
      input,
      classes,
      timesteps,
      neuron: LITESNN_NEURON,
      stem: { width, kernel: options.stemKernel ?? stemKernel(input, stride), stride },
      kernel: cellKernel(input),
      nodes,
      cells: cellsOf(levels, width),
    },
    bits,
    keep,
    headBits: options.headBits ?? 8,
  };
}
