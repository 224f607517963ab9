import { ExitCode, LitesnnError } from '../core/errors.js';
import type { Shape, Size2d } from '../core/geometry.js';
import type { TrainingGraph } from '../training/graph.js';
import { checkOptions, checkPlan } from './space-checks.js';
import { assemble, graphOf, OPERATIONS, originsOf, type EdgeSlot, type Layout } from './layout.js';
import { litesnnSpace } from './spaces/litesnn.js';
import { microSpace } from './spaces/micro.js';

/** What may be chosen about a search space; every space fills in what is left out. */
export interface SpaceOptions {
  readonly cells?: number | undefined;
  /** Channels of the stem and of each node at full resolution; doubled at each halving. */
  readonly width?: number | undefined;
  readonly nodes?: number | undefined;
  /** Most timesteps that the search may choose (T_max). */
  readonly timesteps?: number | undefined;
  /** Level of each cell: how often its resolution was halved since the stem; starts at 0 or 1, rises by at most 1. */
  readonly levels?: readonly number[] | undefined;
  /** Widths of weights in cells, of 1, 2, 4; one choice is not searched. */
  readonly bits?: readonly number[] | undefined;
  /** Fractions of weights kept in cells, in (0, 1]; one choice is not searched. */
  readonly keep?: readonly number[] | undefined;
  readonly headBits?: 4 | 8 | undefined;
  /** Step of the stem's convolution; by default 2 along each dimension of at least 24. */
  readonly stemStride?: number | undefined;
  /** Rows and columns of the stem's convolution; by default what its step needs. */
  readonly stemKernel?: Size2d | undefined;
}

/** A space with its options filled in for one input: shapes and choices, from which supernet and networks are built. */
export interface SpacePlan {
  readonly name: string;
  readonly layout: Layout;
  readonly bits: readonly number[];
  readonly keep: readonly number[];
  readonly headBits: number;
}

export type Space = (input: Shape, classes: number, options: SpaceOptions) => SpacePlan;

/** A row of alpha: one incoming edge of a node, the same in every cell. */
export interface AlphaRow {
  readonly node: number;
  readonly origin: EdgeSlot['origin'];
}

/** The network that holds every network of the space. Gate `row * OPERATIONS.length + column` weighs that edge and operation. */
export interface SupernetSpec {
  readonly plan: SpacePlan;
  readonly graph: TrainingGraph;
  readonly rows: readonly AlphaRow[];
}

const SPACES: Readonly<Record<string, Space>> = { micro: microSpace, litesnn: litesnnSpace };

export const SPACE_NAMES: readonly string[] = Object.keys(SPACES);

/** @throws LitesnnError SPACE_UNKNOWN, SPACE_OPTION (bad option), SPACE_INPUT_TOO_SMALL */
export function buildSupernet(
  name: string,
  input: Shape,
  classes: number,
  options: SpaceOptions = {},
): SupernetSpec {
  const space = Object.hasOwn(SPACES, name) ? SPACES[name] : undefined;
  if (space === undefined) {
    throw new LitesnnError('SPACE_UNKNOWN', ExitCode.usage, `there is no search space "${name}"`, {
      hint: `use one of: ${SPACE_NAMES.join(', ')}`,
    });
  }
  checkOptions(name, options);
  const plan = space(input, classes, options);
  checkPlan(plan);
  return supernetOf(plan);
}

function supernetOf(plan: SpacePlan): SupernetSpec {
  const { layout, bits, keep } = plan;
  const rows: AlphaRow[] = [];
  for (let node = 0; node < layout.nodes; node++) {
    for (const origin of originsOf(node)) rows.push({ node, origin });
  }
  const rowOf = (slot: EdgeSlot): number =>
    rows.findIndex((row) => row.node === slot.node && row.origin === slot.origin);
  const assembly = assemble(layout, (slot) => ({
    gate: rowOf(slot) * OPERATIONS.length + OPERATIONS.indexOf(slot.operation),
    weight: {
      bits: bits.length > 1 ? { choices: bits, group: slot.cell } : { choices: bits },
      keep: keep.length > 1 ? { choices: keep, group: slot.cell } : { choices: keep },
    },
  }));
  const graph = graphOf(layout, assembly, plan.headBits);
  return {
    plan,
    rows,
    graph: {
      ...graph,
      gates: rows.length * OPERATIONS.length,
      bitGroups: bits.length > 1 ? layout.cells.map(() => bits.length) : [],
      keepGroups: keep.length > 1 ? layout.cells.map(() => keep.length) : [],
    },
  };
}
