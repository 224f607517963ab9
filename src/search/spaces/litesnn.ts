import type { Shape } from '../../core/geometry.js';
import { LITESNN_NEURON } from '../../training/graph.js';
import type { SpaceOptions, SpacePlan } from '../space.js';
import { cellKernel, cellsOf, evenLevels } from './common.js';

/** Halvings before each cell of the paper's network. */
const PAPER_LEVELS: readonly number[] = [0, 0, 1, 1, 1, 2, 2, 2];

/** The space of LitE-SNN (IJCAI 2024): eight cells on three resolutions, T_max = 6, a fixed keep fraction. */
export function litesnnSpace(input: Shape, classes: number, options: SpaceOptions): SpacePlan {
  const { width = 12, nodes = 2, timesteps = 6, bits = [1, 2, 4], keep = [0.2] } = options;
  const levels =
    options.levels ?? (options.cells === undefined ? PAPER_LEVELS : evenLevels(options.cells, 3));
  const step = options.stemStride ?? 1;
  const signal = input.height === 1;
  return {
    name: 'litesnn',
    layout: {
      input,
      classes,
      timesteps,
      neuron: LITESNN_NEURON,
      stem: {
        width,
        kernel: options.stemKernel ?? cellKernel(input),
        stride: { height: signal ? 1 : step, width: step },
      },
      kernel: cellKernel(input),
      nodes,
      cells: cellsOf(levels, width),
    },
    bits,
    keep,
    headBits: options.headBits ?? 8,
  };
}
