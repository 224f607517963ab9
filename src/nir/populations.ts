import { elementsOf, sameShape, shapeText, type Shape } from '../core/geometry.js';
import { compose, identityMap, type ConvMap } from './conv-map.js';
import { isNeuron, nirError, onlyNode, orderOf, sourcesOf, type NirGraph, type NirNeuron } from './graph.js';
import { linearMap } from './linear-maps.js';

/** What reaches a node from one population (or the input): all linear nodes between them as one map. */
export interface Path {
  /** Name of the population, or of the input node. */
  readonly from: string;
  readonly map: ConvMap;
}

export interface Population {
  readonly name: string;
  readonly neuron: NirNeuron;
  readonly shape: Shape;
  readonly paths: readonly Path[];
}

/** The network as populations joined by affine maps. */
export interface Populations {
  readonly input: { readonly name: string; readonly shape: Shape };
  readonly populations: readonly Population[];
  /** What the output node reads. */
  readonly output: readonly Path[];
}

/** `[C, H, W]`, `[C, L]` or `[N]` as a shape; a leading batch of 1 is dropped. */
function shapeOf(dimensions: readonly number[]): Shape | undefined {
  const sizes = dimensions.length === 4 && dimensions[0] === 1 ? dimensions.slice(1) : dimensions;
  if (sizes.some((size) => !Number.isInteger(size) || size < 1)) return undefined;
  switch (sizes.length) {
    case 1:
      return { height: 1, width: 1, channels: sizes[0] };
    case 2:
      return { height: 1, width: sizes[1], channels: sizes[0] };
    case 3:
      return { height: sizes[1], width: sizes[2], channels: sizes[0] };
    default:
      return undefined;
  }
}

/** The input's shape where the file lost it, from the node that reads it. */
function shapeFromReader(graph: NirGraph, input: string): Shape | undefined {
  for (const [, to] of graph.edges.filter(([from]) => from === input)) {
    const node = graph.nodes.get(to)!;
    if (node.type === 'Linear') return shapeOf([node.weight.shape[1]]);
    if (node.type === 'Conv' && node.inputSize !== undefined) {
      const [height, width] = node.inputSize;
      return { height, width, channels: node.weight.shape[1] * node.groups };
    }
  }
  return undefined;
}

/**
 * The input as the data has it: its own shape, or, where the network takes one flat list, any shape of as many values (read in the
 * order channels, rows, columns).
 */
function inputShape(graph: NirGraph, name: string, wanted: Shape | undefined): Shape {
  const node = graph.nodes.get(name)!;
  const stated = (node.type === 'Input' ? shapeOf(node.shape) : undefined) ?? shapeFromReader(graph, name);
  if (wanted === undefined) {
    if (stated !== undefined) return stated;
    throw nirError(
      'NIR_SHAPE',
      'the file does not say how large the input is',
      'give a data set to import for',
    );
  }
  const flat = stated?.height === 1 && stated.width === 1;
  if (stated === undefined || sameShape(stated, wanted)) return wanted;
  if (flat && elementsOf(stated) === elementsOf(wanted)) return wanted;
  throw nirError(
    'NIR_SHAPE',
    `the network takes ${shapeText(stated)} (height x width x channels), the data gives ${shapeText(wanted)}`,
  );
}

class Walker {
  private readonly shapes = new Map<string, Shape>();

  constructor(private readonly graph: NirGraph) {}

  setShape(name: string, shape: Shape): void {
    this.shapes.set(name, shape);
  }

  /** Paths that end in a node, from everything that feeds it. */
  pathsInto(name: string): Path[] {
    const paths = sourcesOf(this.graph, name).flatMap((source) => this.pathsFrom(source));
    if (paths.length === 0) throw nirError('NIR_GRAPH', `nothing feeds the node "${name}"`);
    const [{ map }] = paths;
    const other = paths.find((path) => !sameShape(path.map.target, map.target));
    if (other === undefined) return paths;
    throw nirError(
      'NIR_SHAPE',
      `node "${name}" adds ${shapeText(map.target)} and ${shapeText(other.map.target)}`,
    );
  }

  private pathsFrom(name: string): Path[] {
    const shape = this.shapes.get(name);
    if (shape !== undefined) return [{ from: name, map: identityMap(shape) }];
    const node = this.graph.nodes.get(name)!;
    if (isNeuron(node) || node.type === 'Input' || node.type === 'Output') {
      throw nirError('NIR_GRAPH', `node "${name}" cannot feed another one`);
    }
    return this.pathsInto(name).map(({ from, map }, index) => {
      const own = linearMap(node, map.target, name);
      if (own === undefined) return { from, map };
      // What a node adds, it adds once, however many nodes feed it.
      const once = index === 0 ? own : { ...own, bias: new Float64Array(own.bias.length) };
      return { from, map: compose(map, once) };
    });
  }
}

/**
 * Populations and the maps between them.
 * @param wanted shape of the data's samples, where there are some
 * @throws LitesnnError NIR_...: what cannot be expressed exactly
 */
export function populationsOf(graph: NirGraph, wanted: Shape | undefined): Populations {
  const input = onlyNode(graph, 'Input');
  const output = onlyNode(graph, 'Output');
  const shape = inputShape(graph, input, wanted);
  const walker = new Walker(graph);
  walker.setShape(input, shape);
  const populations: Population[] = [];
  for (const name of orderOf(graph)) {
    const node = graph.nodes.get(name)!;
    if (!isNeuron(node)) continue;
    const paths = walker.pathsInto(name);
    const { target } = paths[0].map;
    walker.setShape(name, target);
    populations.push({ name, neuron: node, shape: target, paths });
  }
  if (populations.length === 0) throw nirError('NIR_GRAPH', 'the network has no spiking neurons');
  return { input: { name: input, shape }, populations, output: walker.pathsInto(output) };
}
