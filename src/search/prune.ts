import { INPUT_POPULATION, type PopulationSpec, type TrainingGraph } from '../training/graph.js';

/** Populations whose spikes the classifier can see, directly or through others. */
function livePopulations({ populations, head }: TrainingGraph): Set<number> {
  const live = new Set<number>();
  const waiting = [...head.populations];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (index === INPUT_POPULATION || live.has(index)) continue;
    live.add(index);
    for (const { source } of populations[index].edges) waiting.push(...source.populations);
  }
  return live;
}

/** The same function of the input without populations that nothing reads; the rest keep their order and names. */
export function withoutDeadPopulations(graph: TrainingGraph): TrainingGraph {
  const live = [...livePopulations(graph)].sort((a, b) => a - b);
  const renumbered = (populations: readonly number[]): number[] =>
    populations.map((index) => (index === INPUT_POPULATION ? index : live.indexOf(index)));
  const populations = live.map((index): PopulationSpec => {
    const population = graph.populations[index];
    return {
      ...population,
      edges: population.edges.map((edge) => ({
        ...edge,
        source: { ...edge.source, populations: renumbered(edge.source.populations) },
      })),
    };
  });
  return {
    ...graph,
    populations,
    head: { ...graph.head, populations: renumbered(graph.head.populations) },
  };
}
