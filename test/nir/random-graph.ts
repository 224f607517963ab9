import type { Random } from '../../src/core/random.js';
import type { NirConv, NirGraph, NirNeuron, NirNode, NirTensor } from '../../src/nir/graph.js';

export function tensor(shape: readonly number[], values: ArrayLike<number>): NirTensor {
  return { shape, values: Float64Array.from(values) };
}

/** Whole numbers up to 127 in size, each row with a 127: 8-bit codes hold them exactly. */
export function wholeWeights(random: Random, shape: readonly number[]): NirTensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const each = size / shape[0];
  const values = Float64Array.from({ length: size }, (_, i) =>
    i % each === 0 ? 127 : random.integer(-127, 127),
  );
  return tensor(shape, values);
}

export function lif(threshold: number, extra: Partial<NirNeuron> = {}): NirNode {
  return {
    type: 'LIF',
    tau: tensor([], [1e-4]),
    r: tensor([], [1]),
    vReset: tensor([], [0]),
    vThreshold: tensor([], [threshold]),
    ...extra,
  };
}

export function conv(weight: NirTensor, options: Partial<NirConv> = {}): NirNode {
  return { type: 'Conv', weight, stride: [1, 1], dilation: [1, 1], padding: [0, 0], groups: 1, ...options };
}

/** One node after the other, between an input and an output. */
export function chain(inputShape: readonly number[], ...middle: readonly NirNode[]): NirGraph {
  const nodes: [string, NirNode][] = [
    ['input', { type: 'Input', shape: inputShape }],
    ...middle.map((node, i): [string, NirNode] => [`n${i}`, node]),
    ['output', { type: 'Output' }],
  ];
  const edges = nodes.slice(1).map(([name], i): [string, string] => [nodes[i][0], name]);
  return { nodes: new Map(nodes), edges };
}
