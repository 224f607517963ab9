import { elementsOf, type Pooling, type Shape } from '../../core/geometry.js';
import type { SourceSpec, TrainingGraph } from '../graph.js';
import { readsInput, sourceShape } from '../shapes.js';
import type { Arena } from './arena.js';
import { paddedChannels, type Extent } from './plan-views.js';

/** Buffer of dL/dspike of a view. */
export interface PlannedGradient {
  readonly address: number;
  /**
   * The backward pass goes through populations from the last to the first; this one's turn writes the gradient first, after it was
   * started. The number of populations means the very beginning.
   */
  readonly startTurn: number;
}

interface Lifetime {
  readonly bytes: number;
  readonly startTurn: number;
  /** The last turn that reads it. */
  readonly endTurn: number;
}

export function poolKey(population: number, pooling: Pooling): string {
  return `${population} ${pooling.kind} ${pooling.height}x${pooling.width}`;
}

export function viewKey(population: number): string {
  return String(population);
}

interface Use {
  readonly population: number;
  readonly turn: number;
  readonly source: SourceSpec;
}

function usesOf(graph: TrainingGraph): Use[] {
  return graph.populations.flatMap(({ edges }, turn) =>
    edges
      .filter(({ source }) => !readsInput(source))
      .flatMap(({ source }) => source.populations.map((population) => ({ population, turn, source }))),
  );
}

function lifetimesOf(graph: TrainingGraph, extent: Extent): Map<string, Lifetime> {
  const count = graph.populations.length;
  const images = extent.timesteps * extent.batch;
  const bytesOf = (shape: Shape): number =>
    4 * images * elementsOf({ ...shape, channels: paddedChannels(shape.channels) });
  const lifetimes = new Map<string, Lifetime>();
  const uses = usesOf(graph);
  graph.populations.forEach(({ shape }, p) => {
    const own = uses.filter(({ population }) => population === p);
    // Pools hand their gradient on, and neurons begin, in the phase of the turn before.
    const turns = own.filter(({ source }) => source.pooling === undefined).map(({ turn }) => turn);
    if (graph.head.populations.includes(p)) turns.push(count);
    lifetimes.set(viewKey(p), {
      bytes: bytesOf(shape),
      startTurn: Math.max(p + 1, ...turns),
      endTurn: p,
    });
    for (const { source, turn } of own) {
      if (source.pooling === undefined) continue;
      const key = poolKey(p, source.pooling);
      const pooled = sourceShape(graph, { populations: [p], pooling: source.pooling });
      const startTurn = Math.max(turn, lifetimes.get(key)?.startTurn ?? 0);
      lifetimes.set(key, { bytes: bytesOf(pooled), startTurn, endTurn: p + 1 });
    }
  });
  return lifetimes;
}

interface Placed extends Lifetime {
  readonly offset: number;
}

/** A turn is a phase, and a phase begins when all threads are done with the one before: what shares no turn may share memory. */
function collide(a: Lifetime, b: Lifetime): boolean {
  return a.startTurn >= b.endTurn && b.startTurn >= a.endTurn;
}

/** Lowest place where it meets no placed one of its time. */
function lowestOffset(lifetime: Lifetime, placed: readonly Placed[]): number {
  const others = placed.filter((other) => collide(lifetime, other)).sort((a, b) => a.offset - b.offset);
  let offset = 0;
  for (const other of others) {
    if (other.offset >= offset + lifetime.bytes) break;
    offset = Math.max(offset, other.offset + other.bytes);
  }
  return offset;
}

/** Gradients of spikes, by `viewKey` and `poolKey`; those that are never needed at the same time share memory. */
export function planGradients(
  arena: Arena,
  graph: TrainingGraph,
  extent: Extent,
): ReadonlyMap<string, PlannedGradient> {
  const placed = new Map<string, Placed>();
  const largestFirst = [...lifetimesOf(graph, extent)].sort(([, a], [, b]) => b.bytes - a.bytes);
  for (const [key, lifetime] of largestFirst) {
    placed.set(key, { ...lifetime, offset: lowestOffset(lifetime, [...placed.values()]) });
  }
  const total = Math.max(...Array.from(placed.values(), ({ offset, bytes }) => offset + bytes));
  const base = arena.reserve(total);
  return new Map(
    [...placed].map(([key, { offset, startTurn }]) => [key, { address: base + offset, startTurn }]),
  );
}
