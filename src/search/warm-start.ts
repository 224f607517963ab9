import type { Shape } from '../core/geometry.js';
import type { TensorMap } from '../training/engine.js';
import { edgeParameter, type TrainingGraph } from '../training/graph.js';
import { realiseGenotype, layoutOf } from './decode.js';
import type { Genotype } from './genotype.js';
import { assemble, type EdgeSlot, type Layout, type RealiseEdge } from './layout.js';
import type { SupernetSpec } from './space.js';

/** Names of a network's edges by slot: `[population name, edge]`. */
function edgesBySlot(layout: Layout, realise: RealiseEdge): Map<string, readonly [string, number]> {
  const edges = new Map<string, readonly [string, number]>();
  const next = new Map<string, number>();
  assemble(layout, (slot) => {
    const realisation = realise(slot);
    if (realisation !== undefined) {
      const population = `cell${slot.cell}.node${slot.node}`;
      const edge = next.get(population) ?? 0;
      next.set(population, edge + 1);
      edges.set(slotKey(slot), [population, edge]);
    }
    return realisation;
  });
  return edges;
}

function slotKey({ cell, node, origin, operation }: EdgeSlot): string {
  return `${cell}.${node}.${origin}.${operation}`;
}

const EVERY_EDGE: RealiseEdge = () => ({
  weight: { bits: { choices: [1] }, keep: { choices: [1] } },
});

/** Parameters by which an edge's current is scaled: they take over its gate when the gates go. */
const SCALES: readonly string[] = ['gamma', 'beta', 'gain'];

/**
 * Starts a decoded network from its supernet: every tensor that the two share is copied into `parameters` (in place), and
 * each edge's gate is multiplied into its normalization or factor, since decoded edges have none.
 * @param gates weights of the supernet's gates when it was decoded
 */
export function startFromSupernet(
  parameters: TensorMap,
  network: { readonly graph: TrainingGraph; readonly genotype: Genotype },
  supernet: SupernetSpec,
  supernetParameters: TensorMap,
  gates: Float32Array,
): void {
  const { genotype, graph } = network;
  const input: Shape = graph.input;
  const layout = layoutOf(genotype, input, graph.head.classes);
  const ours = edgesBySlot(layout, realiseGenotype(genotype));
  const theirs = edgesBySlot(supernet.plan.layout, EVERY_EDGE);
  const copy = (to: string, from: string, factor = 1): void => {
    const target = parameters.get(to);
    const source = supernetParameters.get(from);
    if (target === undefined || source?.length !== target.length) return;
    target.set(source.map((value) => factor * value));
  };
  const names = ['w', 'score', 'gamma', 'beta', 'mean', 'variance', 'gain'];
  const indexOf = (populations: TrainingGraph['populations'], name: string): number =>
    populations.findIndex((population) => population.name === name);
  for (const [slot, [population, edge]] of ours) {
    const p = indexOf(graph.populations, population);
    const found = theirs.get(slot);
    if (p < 0 || found === undefined) continue;
    const q = indexOf(supernet.graph.populations, found[0]);
    const { gate } = supernet.graph.populations[q].edges[found[1]];
    for (const name of names) {
      const factor = SCALES.includes(name) && gate !== undefined ? gates[gate] : 1;
      copy(edgeParameter(p, edge, name), edgeParameter(q, found[1], name), factor);
    }
  }
  for (const name of names) copy(edgeParameter(0, 0, name), edgeParameter(0, 0, name));
  for (const name of ['head.w', 'head.b', 'head.score']) copy(name, name);
}
