import type { Shape } from '../../core/geometry.js';
import type { EdgeSpec, TrainingGraph, WeightSpec } from '../../training/graph.js';
import { buildNetwork } from '../decode.js';
import type { Genotype } from '../genotype.js';
import { nearestInSize, storedBitsOf } from './sizes.js';

type CellBits = Genotype['cells'][number]['bits'];

/** What all cells of a network have in common when they are not searched one by one. */
export interface UniformCompression {
  readonly bits: CellBits;
  readonly keep: number;
  readonly timesteps: number;
}

export function compressUniformly(
  genotype: Genotype,
  { bits, keep, timesteps }: UniformCompression,
): Genotype {
  return { ...genotype, timesteps, cells: genotype.cells.map((cell) => ({ ...cell, bits, keep })) };
}

/** The same edges and widths for one timestep with steps for neurons. */
export function binaryTwin(graph: TrainingGraph): TrainingGraph {
  return { ...graph, timesteps: 1, activation: 'binary' };
}

const INT8: WeightSpec = { bits: { choices: [8] }, keep: { choices: [1] }, perChannel: true };

/** The same edges and widths as an artificial network: ReLU, int8 weights with a scale a channel, 8-bit activations, nothing pruned. */
export function artificialTwin(graph: TrainingGraph): TrainingGraph {
  const edge = (spec: EdgeSpec): EdgeSpec => (spec.kind === 'conv' ? { ...spec, weight: INT8 } : spec);
  return {
    ...graph,
    timesteps: 1,
    activation: 'relu8',
    populations: graph.populations.map((population) => ({
      ...population,
      edges: population.edges.map(edge),
    })),
    head: { ...graph.head, weight: { bits: { choices: [8] }, keep: { choices: [1] } } },
  };
}

/** All widths in proportion to the stem's, so that identity edges fit as before. */
function withStemWidth(genotype: Genotype, width: number): Genotype {
  const { stem, cells } = genotype;
  return {
    ...genotype,
    stem: { ...stem, width },
    cells: cells.map((cell) => ({
      ...cell,
      width: Math.max(1, Math.round((cell.width * width) / stem.width)),
    })),
  };
}

/** The artificial network of the genotype's topology whose widths bring it nearest to a stored size. */
export function artificialOfSize(
  genotype: Genotype,
  input: Shape,
  classes: number,
  wantedBits: number,
): { readonly graph: TrainingGraph; readonly genotype: Genotype } {
  const candidates = Array.from({ length: 2 * genotype.stem.width }, (_, i) => {
    const narrowed = withStemWidth(genotype, i + 1);
    return { genotype: narrowed, graph: artificialTwin(buildNetwork(narrowed, input, classes)) };
  });
  return nearestInSize(candidates, ({ graph }) => storedBitsOf(graph), wantedBits).candidate;
}

/** Fractions that may be kept, densest first: of two that give the same size the denser one learns better. */
const KEEP_CHOICES: readonly number[] = Array.from({ length: 197 }, (_, i) => 1 - i / 200);

/** Beyond this a width cannot give the size at any fraction, and another one is tried. */
const SIZE_TOLERANCE = 0.02;

/** Mean width of the weights in cells, each cell alike. */
export function meanCellBits({ cells }: Genotype): number {
  return cells.reduce((sum, { bits }) => sum + bits, 0) / cells.length;
}

/** The fraction at which all cells of one width have the wanted stored size, or the nearest. */
function keepForSize(
  genotype: Genotype,
  bits: CellBits,
  input: Shape,
  classes: number,
  wantedBits: number,
): { readonly bits: CellBits; readonly keep: number; readonly ratio: number } {
  const bitsOf = (keep: number): number =>
    storedBitsOf(buildNetwork(compressUniformly(genotype, { bits, keep, timesteps: 1 }), input, classes));
  const { candidate, ratio } = nearestInSize(KEEP_CHOICES, bitsOf, wantedBits);
  return { bits, keep: candidate, ratio };
}

/**
 * One width and one fraction kept for all cells, so that the network has a stored size: the width nearest to `meanBits` that can,
 * else the one that comes nearest to the size.
 */
export function compressionForSize(
  genotype: Genotype,
  input: Shape,
  classes: number,
  wantedBits: number,
  meanBits: number,
): { readonly bits: CellBits; readonly keep: number; readonly ratio: number } {
  const far = (bits: number): number => Math.abs(Math.log2(bits / meanBits));
  const widths = ([1, 2, 4] as const).toSorted((a, b) => far(a) - far(b));
  const options = widths.map((bits) => keepForSize(genotype, bits, input, classes, wantedBits));
  const error = ({ ratio }: { ratio: number }): number => Math.abs(Math.log(ratio));
  return (
    options.find((option) => error(option) <= SIZE_TOLERANCE) ??
    options.reduce((best, next) => (error(next) < error(best) ? next : best))
  );
}
