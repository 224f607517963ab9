import type { Shape } from '../core/geometry.js';
import { LITESNN_NEURON, type TrainingGraph } from '../training/graph.js';
import { PAIRS_PER_NODE, type Architecture } from './architecture.js';
import { GENOTYPE_VERSION, type Genotype, type NodeInput } from './genotype.js';
import { assemble, graphOf, OPERATIONS, type Layout, type RealiseEdge } from './layout.js';
import { withoutDeadPopulations } from './prune.js';
import { argmax } from './softmax.js';
import type { SupernetSpec } from './space.js';

/** The network that the learned choices stand for. `psi` is only read where timesteps were searched. */
export function decode(supernet: SupernetSpec, architecture: Architecture): Genotype {
  const { plan, rows } = supernet;
  const { layout } = plan;
  const mix = architecture.mix();
  const chosen = (choices: readonly number[], row: Float32Array | undefined): number =>
    choices[row === undefined ? 0 : argmax(row)];
  return {
    formatVersion: GENOTYPE_VERSION,
    space: plan.name,
    timesteps: 1 + argmax(architecture.probability(false)),
    stem: layout.stem,
    kernel: layout.kernel,
    nodes: Array.from({ length: layout.nodes }, (_, node) => {
      const pairs = rows.flatMap((row, index) =>
        row.node !== node
          ? []
          : OPERATIONS.map((operation, column) => ({
              from: row.origin,
              operation,
              weight: mix.gates[index * OPERATIONS.length + column],
            })),
      );
      return { inputs: strongestPairs(pairs) };
    }),
    cells: layout.cells.map((cell, index) => ({
      ...cell,
      bits: chosen(plan.bits, mix.bits[index]) as Genotype['cells'][number]['bits'],
      keep: chosen(plan.keep, mix.keep[index]),
    })),
    headBits: plan.headBits as Genotype['headBits'],
  };
}

/**
 * The two strongest (edge, operation) pairs of a node; an edge stays with its own operation, and both operations of one
 * edge may win (a residual connection). A node of identities alone would compute nothing new and may lack every input in a
 * cell where widths differ, so the strongest convolution takes the weaker one's place.
 */
export function strongestPairs(pairs: readonly NodeInput[]): NodeInput[] {
  const ranked = pairs.map((pair, index) => ({ pair, index }));
  ranked.sort((a, b) => b.pair.weight - a.pair.weight || a.index - b.index);
  const best = ranked.slice(0, PAIRS_PER_NODE);
  if (!best.some(({ pair }) => pair.operation === 'conv')) {
    const convolution = ranked.find(({ pair }) => pair.operation === 'conv');
    if (convolution !== undefined) best[best.length - 1] = convolution;
  }
  return best.sort((a, b) => a.index - b.index).map(({ pair }) => pair);
}

export function layoutOf(genotype: Genotype, input: Shape, classes: number): Layout {
  return {
    input,
    classes,
    timesteps: genotype.timesteps,
    neuron: LITESNN_NEURON,
    stem: genotype.stem,
    kernel: genotype.kernel,
    nodes: genotype.nodes.length,
    cells: genotype.cells,
  };
}

/** Whether a genotype has an edge, and with what weights. */
export function realiseGenotype(genotype: Genotype): RealiseEdge {
  return ({ cell, node, origin, operation }) => {
    const kept = genotype.nodes[node].inputs.some(
      (input) => input.from === origin && input.operation === operation,
    );
    if (!kept) return undefined;
    const { bits, keep } = genotype.cells[cell];
    return { weight: { bits: { choices: [bits] }, keep: { choices: [keep] } } };
  };
}

/**
 * The trainable network of a genotype: no gates, one width and keep fraction a weight, nothing that cannot reach the classifier.
 * @throws LitesnnError SPACE_INPUT_TOO_SMALL
 */
export function buildNetwork(genotype: Genotype, input: Shape, classes: number): TrainingGraph {
  const layout = layoutOf(genotype, input, classes);
  return withoutDeadPopulations(
    graphOf(layout, assemble(layout, realiseGenotype(genotype)), genotype.headBits),
  );
}
