import {
  convolvedSize,
  samePadding,
  type ConvGeometry,
  type Pooling,
  type Shape,
  type Size2d,
} from '../core/geometry.js';
import {
  INPUT_POPULATION,
  type ConvEdgeSpec,
  type EdgeSpec,
  type HeadSpec,
  type IdentityEdgeSpec,
  type NeuronSpec,
  type PopulationSpec,
  type TrainingGraph,
  type WeightSpec,
} from '../training/graph.js';
import { inputTooSmall } from './messages.js';

/** Where a node's edge comes from: the previous cell, the one before that, or an earlier node of the same cell. */
export type EdgeOrigin = 'previous' | 'before' | `node${number}`;

export const OPERATIONS = ['skip', 'conv'] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface CellLayout {
  /** Channels of each of its nodes. */
  readonly width: number;
  /** How often the resolution was halved since the stem. */
  readonly level: number;
}

/** Everything that fixes the shapes of a network of cells, but not which edges it has. */
export interface Layout {
  readonly input: Shape;
  readonly classes: number;
  readonly timesteps: number;
  readonly neuron: NeuronSpec;
  readonly stem: { readonly width: number; readonly kernel: Size2d; readonly stride: Size2d };
  /** Rows and columns of every convolution inside cells. */
  readonly kernel: Size2d;
  readonly nodes: number;
  readonly cells: readonly CellLayout[];
}

/** One possible edge of a network of cells. */
export interface EdgeSlot {
  readonly cell: number;
  readonly node: number;
  readonly origin: EdgeOrigin;
  readonly operation: Operation;
}

/** How a slot is realised; `undefined` leaves the edge out. */
export interface EdgeRealisation {
  readonly gate?: number | undefined;
  readonly weight: WeightSpec;
}

export type RealiseEdge = (slot: EdgeSlot) => EdgeRealisation | undefined;

export interface Assembly {
  readonly populations: readonly PopulationSpec[];
  /** Populations of the last cell. */
  readonly last: readonly number[];
}

/** One resolution: its size, and the pooling that leads to it from the level above. */
interface Level {
  readonly size: Size2d;
  readonly pooling: Pooling;
}

/** The stem or a cell, as seen by later cells. */
interface Output {
  readonly populations: readonly number[];
  readonly width: number;
  readonly level: number;
}

/** Origins of a node's edges, in the order of the rows of alpha. */
export function originsOf(node: number): readonly EdgeOrigin[] {
  return ['previous', 'before', ...Array.from({ length: node }, (_, earlier) => `node${earlier}` as const)];
}

export function stemGeometry(layout: Layout): ConvGeometry {
  return {
    kernel: layout.stem.kernel,
    stride: layout.stem.stride,
    padding: samePadding(layout.stem.kernel),
  };
}

/** A dimension is halved while at least two rows remain: a signal keeps its height of 1, a narrow map its width. */
function halving(length: number): number {
  return length >= 4 ? 2 : 1;
}

function levelsOf(layout: Layout): Level[] {
  let size = convolvedSize(layout.input, stemGeometry(layout));
  const levels: Level[] = [{ size, pooling: { kind: 'or', height: 1, width: 1 } }];
  const deepest = Math.max(...layout.cells.map((cell) => cell.level));
  for (let level = 1; level <= deepest; level++) {
    const pooling: Pooling = { kind: 'or', height: halving(size.height), width: halving(size.width) };
    if (pooling.height === 1 && pooling.width === 1) throw inputTooSmall(layout.input, deepest);
    size = {
      height: Math.floor(size.height / pooling.height),
      width: Math.floor(size.width / pooling.width),
    };
    levels.push({ size, pooling });
  }
  return levels;
}

/**
 * Geometry of a convolution inside a cell. A source that is two levels above is pooled once (the largest pooling of the
 * integer model is 2x2) and strided over once, with the padding that gives the same size as pooling twice would.
 */
function cellConv(
  layout: Layout,
  levels: readonly Level[],
  from: number,
  to: number,
): ConvGeometry & { pooling?: Pooling } {
  const { kernel } = layout;
  const pooling = to > from ? { pooling: levels[from + 1].pooling } : {};
  if (to - from < 2)
    return { kernel, stride: { height: 1, width: 1 }, padding: samePadding(kernel), ...pooling };
  const stride = { height: levels[to].pooling.height, width: levels[to].pooling.width };
  const rows = kernel.height - stride.height;
  const columns = kernel.width - stride.width;
  const padding = {
    top: Math.ceil(rows / 2),
    bottom: Math.floor(rows / 2),
    left: Math.ceil(columns / 2),
    right: Math.floor(columns / 2),
  };
  return { kernel, stride, padding, ...pooling };
}

/**
 * Identity edge from the source's node `node`, or, where this cell is wider, from as many of its nodes as give the
 * width. None where widths do not divide, the source has too few nodes, or it is two levels above.
 */
function identity(
  source: Output,
  node: number,
  cell: CellLayout,
  levels: readonly Level[],
): IdentityEdgeSpec | undefined {
  const needed = cell.width / source.width;
  if (!Number.isInteger(needed) || needed > source.populations.length || cell.level - source.level > 1)
    return undefined;
  const count = source.populations.length;
  const populations = Array.from({ length: needed }, (_, i) => source.populations[(node + i) % count]);
  populations.sort((a, b) => a - b);
  const pooling = cell.level > source.level ? { pooling: levels[cell.level].pooling } : {};
  return { kind: 'identity', source: { populations, ...pooling } };
}

function convolution(
  layout: Layout,
  levels: readonly Level[],
  source: Output,
  cell: CellLayout,
  weight: WeightSpec,
): ConvEdgeSpec {
  const { pooling, ...geometry } = cellConv(layout, levels, source.level, cell.level);
  return {
    kind: 'conv',
    source: { populations: source.populations, ...(pooling === undefined ? {} : { pooling }) },
    ...geometry,
    depthwise: false,
    weight,
  };
}

/** The stem's weights: 8 bits, nothing pruned (the first layer is small and sees the only values that are not spikes). */
const STEM_WEIGHT: WeightSpec = { bits: { choices: [8] }, keep: { choices: [1] } };

/**
 * Populations of a network of cells. `realise` is asked once for each possible edge, in a fixed order; slots that cannot
 * exist (an identity between widths that do not match) are not asked for.
 * @throws LitesnnError SPACE_INPUT_TOO_SMALL where the input is too small for the levels
 */
export function assemble(layout: Layout, realise: RealiseEdge): Assembly {
  const levels = levelsOf(layout);
  const stemEdge: ConvEdgeSpec = {
    kind: 'conv',
    source: { populations: [INPUT_POPULATION] },
    ...stemGeometry(layout),
    depthwise: false,
    weight: STEM_WEIGHT,
  };
  const populations: PopulationSpec[] = [
    { name: 'stem', shape: { ...levels[0].size, channels: layout.stem.width }, edges: [stemEdge] },
  ];
  const stem: Output = { populations: [0], width: layout.stem.width, level: 0 };
  let before = stem;
  let previous = stem;
  layout.cells.forEach((cell, cellIndex) => {
    const nodes: number[] = [];
    for (let node = 0; node < layout.nodes; node++) {
      const edges: EdgeSpec[] = [];
      for (const origin of originsOf(node)) {
        const earlier = origin === 'previous' ? previous : origin === 'before' ? before : undefined;
        const source: Output = earlier ?? {
          populations: [nodes[Number(origin.slice('node'.length))]],
          width: cell.width,
          level: cell.level,
        };
        for (const operation of OPERATIONS) {
          const skip = operation === 'skip' ? identity(source, node, cell, levels) : undefined;
          if (operation === 'skip' && skip === undefined) continue;
          const realisation = realise({ cell: cellIndex, node, origin, operation });
          if (realisation === undefined) continue;
          const edge = skip ?? convolution(layout, levels, source, cell, realisation.weight);
          edges.push(realisation.gate === undefined ? edge : { ...edge, gate: realisation.gate });
        }
      }
      const shape = { ...levels[cell.level].size, channels: cell.width };
      nodes.push(populations.length);
      populations.push({ name: `cell${cellIndex}.node${node}`, shape, edges });
    }
    before = previous;
    previous = { populations: nodes, width: cell.width, level: cell.level };
  });
  return { populations, last: previous.populations };
}

/** The graph without gates or groups around an assembly. */
export function graphOf(layout: Layout, assembly: Assembly, headBits: number): TrainingGraph {
  const head: HeadSpec = {
    populations: assembly.last,
    classes: layout.classes,
    weight: { bits: { choices: [headBits] }, keep: { choices: [1] } },
  };
  return {
    input: layout.input,
    timesteps: layout.timesteps,
    neuron: layout.neuron,
    populations: assembly.populations,
    head,
    gates: 0,
    bitGroups: [],
    keepGroups: [],
  };
}
