import type { Shape, Size2d } from '../../core/geometry.js';
import type { CellLayout } from '../layout.js';

/** Widths double with every halving of the resolution, so that information per cell stays about the same. */
export function cellsOf(levels: readonly number[], width: number): readonly CellLayout[] {
  return levels.map((level) => ({ level, width: width * 2 ** level }));
}

/** 3x3, or 1x3 for signals. */
export function cellKernel(input: Shape): Size2d {
  return { height: input.height === 1 ? 1 : 3, width: 3 };
}

/** Levels as even as possible: 4 cells over 2 levels are `[0, 0, 1, 1]`. */
export function evenLevels(cells: number, levels: number): readonly number[] {
  return Array.from({ length: cells }, (_, cell) => Math.floor((cell * levels) / cells));
}
