import { convolvedSize, pooledSize, type Pooling, type Shape } from '../../../src/core/geometry.js';
import { Random } from '../../../src/core/random.js';
import {
  INPUT_POPULATION,
  type ConvEdgeSpec,
  type EdgeSpec,
  type MixSpec,
  type PopulationSpec,
  type TrainingGraph,
  type WeightSpec,
} from '../../../src/training/graph.js';

const BIT_GROUPS: readonly (readonly number[])[] = [
  [1, 2, 4],
  [8, 2],
];
const KEEP_GROUPS: readonly (readonly number[])[] = [
  [0.5, 0.1, 1],
  [0.35, 0.7],
];
const GATES = 3;

function mixSpec(random: Random, fixed: readonly number[], groups: readonly (readonly number[])[]): MixSpec {
  if (random.uniform() < 0.5) return { choices: [random.pick(fixed)] };
  const group = random.integer(0, groups.length - 1);
  return { choices: groups[group], group };
}

function weightSpec(random: Random): WeightSpec {
  return { bits: mixSpec(random, [1, 2, 4, 8], BIT_GROUPS), keep: mixSpec(random, [0.3, 1], KEEP_GROUPS) };
}

function maybeGate(random: Random): { gate?: number } {
  return random.uniform() < 0.5 ? { gate: random.integer(0, GATES - 1) } : {};
}

/** An edge from the given sources, with the size that it gives; channels are the caller's unless it is depthwise. */
function convEdge(
  random: Random,
  source: EdgeSpec['source'],
  from: Shape,
): { edge: ConvEdgeSpec; shape: Shape } {
  // A tensor of one weight has no spread, which only the engines' quantizer provides for.
  const narrowest = from.channels === 1 ? 2 : 1;
  const kernel = {
    height: random.integer(1, Math.min(3, from.height + 1)),
    width: random.integer(narrowest, Math.min(4, from.width + 1)),
  };
  const pad = (size: number, extent: number): [number, number] => {
    const least = Math.max(0, size - extent);
    const before = random.integer(Math.min(least, size - 1), size - 1);
    return [before, random.integer(0, size - 1)];
  };
  const [top, bottom] = pad(kernel.height, from.height);
  const [left, right] = pad(kernel.width, from.width);
  const edge: ConvEdgeSpec = {
    kind: 'conv',
    source,
    kernel,
    stride: { height: random.integer(1, 3), width: random.integer(1, 3) },
    padding: { top, bottom, left, right },
    depthwise: random.uniform() < 0.3,
    weight: weightSpec(random),
    ...maybeGate(random),
  };
  const channels = edge.depthwise ? from.channels : random.pick([1, 2, 3, 4, 5, 9, 16, 19, 34]);
  return { edge, shape: { ...convolvedSize(from, edge), channels } };
}

interface Choice {
  readonly source: EdgeSpec['source'];
  readonly from: Shape;
}

/** Random earlier populations of one size (each may come several times), perhaps pooled. */
function randomSource(random: Random, input: Shape, shapes: readonly Shape[]): Choice {
  if (shapes.length === 0 || random.uniform() < 0.15) {
    return { source: { populations: [INPUT_POPULATION] }, from: input };
  }
  const first = random.integer(0, shapes.length - 1);
  const alike = shapes.flatMap((shape, p) =>
    shape.height === shapes[first].height && shape.width === shapes[first].width ? [p] : [],
  );
  const populations = [first, ...Array.from({ length: random.integer(0, 2) }, () => random.pick(alike))];
  const pooling: Pooling | undefined =
    random.uniform() < 0.4 && shapes[first].height > 1 && shapes[first].width > 1
      ? { kind: random.pick(['or', 'nearest'] as const), height: random.integer(1, 2), width: 2 }
      : undefined;
  const channels = populations.reduce((sum, p) => sum + shapes[p].channels, 0);
  return { source: { populations, pooling }, from: { ...pooledSize(shapes[first], pooling), channels } };
}

/** Further edges that happen to fit the population: identities, repetitions of sources with a kernel that keeps the size. */
function furtherEdges(random: Random, shape: Shape, input: Shape, shapes: readonly Shape[]): EdgeSpec[] {
  const edges: EdgeSpec[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    const { source, from } = randomSource(random, input, shapes);
    if (from.height !== shape.height || from.width !== shape.width) continue;
    const fromInput = source.populations[0] === INPUT_POPULATION;
    if (!fromInput && from.channels === shape.channels && random.uniform() < 0.5) {
      edges.push({ kind: 'identity', source, ...maybeGate(random) });
      continue;
    }
    const padding = { top: 1, bottom: 1, left: 0, right: 1 };
    const common = {
      source,
      stride: { height: 1, width: 1 },
      weight: weightSpec(random),
      ...maybeGate(random),
    };
    edges.push({
      kind: 'conv',
      kernel: { height: 3, width: 2 },
      padding,
      depthwise: from.channels === shape.channels,
      ...common,
    });
  }
  return edges;
}

/** A small graph that may use anything a graph allows. */
export function randomGraph(seed: number): TrainingGraph {
  const random = Random.fromSeed(seed);
  const input: Shape =
    random.uniform() < 0.3
      ? { height: 1, width: random.integer(6, 24), channels: random.integer(1, 2) }
      : { height: random.integer(3, 7), width: random.integer(3, 7), channels: random.integer(1, 3) };
  const populations: PopulationSpec[] = [];
  const shapes: Shape[] = [];
  const count = random.integer(1, 4);
  for (let p = 0; p < count; p++) {
    const { source, from } = randomSource(random, input, shapes);
    const { edge, shape } = convEdge(random, source, from);
    populations.push({
      name: `population ${p}`,
      shape,
      edges: [edge, ...furtherEdges(random, shape, input, shapes)],
    });
    shapes.push(shape);
  }
  return {
    input,
    timesteps: random.integer(1, 8),
    neuron: {
      decay: random.pick([0.2, 0.5, 0.9]),
      threshold: random.pick([0.5, 0.8]),
      sharpness: random.pick([2, 3]),
    },
    populations,
    head: {
      populations: Array.from({ length: random.integer(1, 3) }, () => random.integer(0, count - 1)),
      classes: random.integer(2, 7),
      weight: weightSpec(random),
    },
    gates: GATES,
    bitGroups: BIT_GROUPS.map((choices) => choices.length),
    keepGroups: KEEP_GROUPS.map((choices) => choices.length),
  };
}
