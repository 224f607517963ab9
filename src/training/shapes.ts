import { pooledSize, type Shape } from '../core/geometry.js';
import { INPUT_POPULATION, type SourceSpec, type TrainingGraph, type WeightSpec } from './graph.js';

/** Shape of an input or population, `INPUT_POPULATION` included. */
export function populationShape(graph: TrainingGraph, population: number): Shape {
  return population === INPUT_POPULATION ? graph.input : graph.populations[population].shape;
}

export function readsInput(source: SourceSpec): boolean {
  return source.populations.includes(INPUT_POPULATION);
}

/** What the edge sees: sources concatenated along channels, then pooled. */
export function sourceShape(graph: TrainingGraph, source: SourceSpec): Shape {
  const shapes = source.populations.map((population) => populationShape(graph, population));
  const channels = shapes.reduce((sum, shape) => sum + shape.channels, 0);
  return { ...pooledSize(shapes[0], source.pooling), channels };
}

/** Channels that the head reads, over all its populations. */
export function headChannels(graph: TrainingGraph): number {
  return graph.head.populations.reduce((sum, p) => sum + graph.populations[p].shape.channels, 0);
}

/** Such weights have no score. */
export function keepsEverything(weight: WeightSpec): boolean {
  return weight.keep.choices.length === 1 && weight.keep.choices[0] === 1;
}
