import { ExitCode, LitesnnError } from '../core/errors.js';
import type { SpaceOptions, SpacePlan } from './space.js';

type Rule = readonly [holds: boolean, text: string];

function whole(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function check(space: string, rules: readonly Rule[]): void {
  const broken = rules.find(([holds]) => !holds);
  if (broken === undefined) return;
  throw new LitesnnError('SPACE_OPTION', ExitCode.usage, `search space ${space}: ${broken[1]}`, {
    hint: 'correct the option; docs/search.md lists them with their defaults',
  });
}

/** Rules on the options alone, before anything is sized by them. */
export function checkOptions(space: string, options: SpaceOptions): void {
  const { cells, levels } = options;
  check(space, [
    [cells === undefined || whole(cells, 1, 16), 'cells must be a whole number from 1 to 16'],
    [levels === undefined || whole(levels.length, 1, 16), 'levels must list 1 to 16 cells'],
    [
      cells === undefined || levels === undefined || cells === levels.length,
      'cells and levels name different numbers of cells',
    ],
    [
      options.stemStride === undefined || whole(options.stemStride, 1, 8),
      'stemStride must be a whole number from 1 to 8',
    ],
    [
      options.stemKernel === undefined ||
        (whole(options.stemKernel.height, 1, 32) && whole(options.stemKernel.width, 1, 32)),
      'stemKernel must have 1 to 32 rows and columns',
    ],
  ]);
}

/** Rules on the plan with its defaults filled in. */
export function checkPlan(plan: SpacePlan): void {
  const { layout, bits, keep, name } = plan;
  const rises = layout.cells.map((cell, i) => cell.level - (i === 0 ? 0 : layout.cells[i - 1].level));
  check(name, [
    [whole(layout.nodes, 1, 4), 'nodes must be a whole number from 1 to 4'],
    [whole(layout.stem.width, 1, 256), 'width must be a whole number from 1 to 256'],
    [whole(layout.timesteps, 1, 8), 'timesteps must be a whole number from 1 to 8'],
    [layout.classes >= 2, 'there must be at least two classes'],
    [rises.every((rise) => whole(rise, 0, 1)), 'levels must start at 0 or 1 and rise by at most 1'],
    [
      bits.length > 0 && new Set(bits).size === bits.length && bits.every((b) => [1, 2, 4].includes(b)),
      'bits must be different values of 1, 2, 4',
    ],
    [
      keep.length > 0 && new Set(keep).size === keep.length && keep.every((k) => k > 0 && k <= 1),
      'keep must be different fractions above 0, at most 1',
    ],
  ]);
}
