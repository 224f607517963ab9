import { ExitCode, LitesnnError } from '../core/errors.js';

/** Numbers of a NIR parameter, row-major; a scalar has no dimensions. */
export interface NirTensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export interface NirInput {
  readonly type: 'Input';
  /** `[C, H, W]`, `[C, L]` or `[N]`; empty where the file lost it. */
  readonly shape: readonly number[];
}

export interface NirOutput {
  readonly type: 'Output';
}

/** `y = W x + b`, W `[out, in]`. */
export interface NirLinear {
  readonly type: 'Linear';
  readonly weight: NirTensor;
  readonly bias?: NirTensor | undefined;
}

/** Cross-correlation, W `[out, in / groups, kernelY, kernelX]`; Conv1d has kernelY = 1. */
export interface NirConv {
  readonly type: 'Conv';
  readonly weight: NirTensor;
  readonly bias?: NirTensor | undefined;
  /** Rows, columns. */
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: 'same' | 'valid' | readonly [number, number];
  readonly groups: number;
  /** Rows, columns of the input, where the file has it. */
  readonly inputSize?: readonly [number, number] | undefined;
}

export interface NirPool {
  readonly type: 'Pool';
  /** Mean instead of sum. */
  readonly average: boolean;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

/** Channels, rows, columns to one dimension, in that order. */
export interface NirFlatten {
  readonly type: 'Flatten';
}

export interface NirScale {
  readonly type: 'Scale';
  readonly scale: NirTensor;
}

/**
 * `tau dv/dt = vLeak - v + r I` (`IF`: `dv/dt = r I`, no tau); a spike where v > vThreshold, then v = vReset. CubaLIF: `I` itself
 * decays, `tauSyn dI/dt = -I + wIn x`. (NIR, primitives LIF, IF, CubaLIF.)
 */
export interface NirNeuron {
  readonly type: 'LIF' | 'IF' | 'CubaLIF';
  readonly tau?: NirTensor | undefined;
  readonly tauSyn?: NirTensor | undefined;
  readonly wIn?: NirTensor | undefined;
  readonly r: NirTensor;
  readonly vLeak?: NirTensor | undefined;
  readonly vThreshold: NirTensor;
  readonly vReset: NirTensor;
}

export type NirLinearNode = NirLinear | NirConv | NirPool | NirFlatten | NirScale;
export type NirNode = NirInput | NirOutput | NirLinearNode | NirNeuron;

/** A feed-forward network in the Neuromorphic Intermediate Representation (https://neuroir.org), sub-graphs resolved. */
export interface NirGraph {
  readonly nodes: ReadonlyMap<string, NirNode>;
  readonly edges: readonly (readonly [from: string, to: string])[];
}

export function isNeuron(node: NirNode): node is NirNeuron {
  return node.type === 'LIF' || node.type === 'IF' || node.type === 'CubaLIF';
}

export function nirError(code: string, message: string, hint?: string, cause?: unknown): LitesnnError {
  return new LitesnnError(code, ExitCode.usage, message, { ...(hint === undefined ? {} : { hint }), cause });
}

/** Nodes that feed a node, in the order of the file. */
export function sourcesOf(graph: NirGraph, name: string): readonly string[] {
  return graph.edges.filter(([, to]) => to === name).map(([from]) => from);
}

/** The one node of a type that there has to be. */
export function onlyNode(graph: NirGraph, type: 'Input' | 'Output'): string {
  const found = [...graph.nodes].filter(([, node]) => node.type === type).map(([name]) => name);
  if (found.length === 1) return found[0];
  throw nirError('NIR_GRAPH', `the network has ${found.length} nodes of type ${type}, it needs one`);
}

/**
 * All nodes, each after the nodes that feed it.
 * @throws LitesnnError NIR_RECURRENT
 */
export function orderOf(graph: NirGraph): readonly string[] {
  const waiting = new Map([...graph.nodes.keys()].map((name) => [name, sourcesOf(graph, name).length]));
  const order: string[] = [];
  const ready = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = ready.shift(); name !== undefined; name = ready.shift()) {
    order.push(name);
    for (const [from, to] of graph.edges) {
      if (from !== name) continue;
      const left = waiting.get(to)! - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  if (order.length === graph.nodes.size) return order;
  const rest = [...graph.nodes.keys()].filter((name) => !order.includes(name));
  throw nirError(
    'NIR_RECURRENT',
    `the network has a loop through "${rest[0]}"; only feed-forward networks can be imported`,
  );
}
