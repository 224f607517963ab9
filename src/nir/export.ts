import { elementsOf, type Pooling, type Shape } from '../core/geometry.js';
import { INPUT_SOURCE, type ConvEdge, type Edge, type IntegerModel, type Layer } from '../model/types.js';
import {
  nirError,
  type NirConv,
  type NirGraph,
  type NirNeuron,
  type NirNode,
  type NirTensor,
} from './graph.js';

/** Seconds a timestep of the exported file, as snnTorch and SpikingJelly assume. */
export const EXPORT_STEP = 1e-4;

const INPUT = 'input';
const OUTPUT = 'output';

function filled(channels: number, value: number): NirTensor {
  return { shape: [channels], values: new Float64Array(channels).fill(value) };
}

/** `u = leak v / 256 + I` with forward Euler: tau = step / (1 - leak / 256), and r undoes the step's share. */
function neuronOf({ leak, threshold, shape }: Layer): NirNeuron {
  const share = 1 - leak / 256;
  const { channels } = shape;
  return {
    type: 'LIF',
    tau: filled(channels, EXPORT_STEP / share),
    r: filled(channels, 1 / share),
    vLeak: filled(channels, 0),
    vReset: filled(channels, 0),
    vThreshold: { shape: [channels], values: Float64Array.from(threshold) },
  };
}

/** A population that spikes where any spike of the window is: the OR that NIR has no node for. */
function orNeuron(channels: number): NirNeuron {
  return {
    type: 'LIF',
    tau: filled(channels, EXPORT_STEP),
    r: filled(channels, 1),
    vLeak: filled(channels, 0),
    vReset: filled(channels, 0),
    vThreshold: filled(channels, 0.5),
  };
}

/** Weights of the channels `first .. first + count - 1` of what the edge reads, in NIR's order. */
function weightOf(edge: ConvEdge, channels: number, inside: number, first: number, count: number): NirTensor {
  const { kernel, codes, multiplier, depthwise } = edge;
  const taps = kernel.height * kernel.width;
  const perGroup = depthwise ? 1 : count;
  const values = new Float64Array(channels * perGroup * taps);
  for (let k = 0; k < channels; k++) {
    for (let i = 0; i < perGroup; i++) {
      for (let tap = 0; tap < taps; tap++) {
        const code = codes[(k * taps + tap) * (depthwise ? 1 : inside) + (depthwise ? 0 : first + i)];
        values[(k * perGroup + i) * taps + tap] = multiplier[k] * code;
      }
    }
  }
  return { shape: [channels, perGroup, kernel.height, kernel.width], values };
}

class Exporter {
  readonly nodes = new Map<string, NirNode>();
  readonly edges: [string, string][] = [];

  constructor(private readonly model: IntegerModel) {}

  add(name: string, node: NirNode, ...sources: readonly string[]): string {
    this.nodes.set(name, node);
    for (const source of sources) this.edges.push([source, name]);
    return name;
  }

  nameOf(index: number): string {
    return index === INPUT_SOURCE ? INPUT : `layer${index}`;
  }

  shapeOf(index: number): Shape {
    return index === INPUT_SOURCE ? this.model.input : this.model.layers[index].shape;
  }

  /** Each source of an edge after its pooling. */
  pooled(name: string, index: number, pooling: Pooling | undefined): { name: string; shape: Shape } {
    const shape = this.shapeOf(index);
    if (pooling === undefined) return { name: this.nameOf(index), shape };
    const window: readonly [number, number] = [pooling.height, pooling.width];
    const smaller: Shape = {
      height: Math.floor(shape.height / pooling.height),
      width: Math.floor(shape.width / pooling.width),
      channels: shape.channels,
    };
    const from = this.nameOf(index);
    if (pooling.kind === 'nearest') {
      const weight: NirTensor = {
        shape: [shape.channels, 1, 1, 1],
        values: new Float64Array(shape.channels).fill(1),
      };
      // A last row or column that starts no whole window would give one more.
      if (shape.height % pooling.height > 0 || shape.width % pooling.width > 0) {
        throw nirError(
          'NIR_NOT_EXACT',
          'a "nearest" pooling that leaves rows or columns over has no node in NIR',
        );
      }
      const node = convNode(weight, window, [0, 0], shape.channels, shape);
      return { name: this.add(`${name}.nearest`, node, from), shape: smaller };
    }
    const sum = this.add(
      `${name}.sum`,
      { type: 'Pool', average: false, kernel: window, stride: window, padding: [0, 0] },
      from,
    );
    return { name: this.add(`${name}.or`, orNeuron(shape.channels), sum), shape: smaller };
  }

  /** The nodes of one edge, one a source: NIR adds what feeds a node, which is what a concatenation before a convolution does. */
  edgeNodes(name: string, edge: Edge, layer: Layer): string[] {
    const { layers, pooling } = edge.source;
    const sources = layers.map((index, s) => this.pooled(`${name}.source${s}`, index, pooling));
    const inside = sources.reduce((total, { shape }) => total + shape.channels, 0);
    let first = 0;
    return sources.map((source, s) => {
      const node = this.sourceNode(`${name}.source${s}`, edge, layer, source, { first, inside });
      first += source.shape.channels;
      return node;
    });
  }

  private sourceNode(
    name: string,
    edge: Edge,
    layer: Layer,
    source: { readonly name: string; readonly shape: Shape },
    { first, inside }: { readonly first: number; readonly inside: number },
  ): string {
    const { channels } = layer.shape;
    const count = source.shape.channels;
    const wholeSource = count === channels;
    if ((edge.kind === 'identity' || edge.depthwise) && !wholeSource) {
      throw nirError(
        'NIR_NOT_EXACT',
        `${name}: an edge that joins sources channel by channel has no node in NIR`,
      );
    }
    if (edge.kind === 'identity') {
      const weight: NirTensor = { shape: [channels, 1, 1, 1], values: Float64Array.from(edge.multiplier) };
      return this.add(name, convNode(weight, [1, 1], [0, 0], channels, source.shape), source.name);
    }
    const { top, bottom, left, right } = edge.padding;
    const weight = weightOf(edge, channels, inside, first, count);
    const groups = edge.depthwise ? channels : 1;
    const stride: readonly [number, number] = [edge.stride.height, edge.stride.width];
    if (top === bottom && left === right) {
      return this.add(name, convNode(weight, stride, [top, left], groups, source.shape), source.name);
    }
    const evened = evenPadding(weight, edge);
    return this.add(name, convNode(evened.weight, stride, evened.padding, groups, source.shape), source.name);
  }
}

/** NIR pads alike on both sides: a wider kernel with zeros does what the uneven padding did, where the stride is 1. */
function evenPadding(
  weight: NirTensor,
  { padding, stride }: ConvEdge,
): { weight: NirTensor; padding: readonly [number, number] } {
  const { top, bottom, left, right } = padding;
  if ((top !== bottom && stride.height > 1) || (left !== right && stride.width > 1)) {
    throw nirError('NIR_NOT_EXACT', 'uneven padding with a stride has no node in NIR');
  }
  const [out, inside, rows, columns] = weight.shape;
  const [up, across] = [Math.max(top, bottom), Math.max(left, right)];
  const [height, width] = [rows + 2 * up - top - bottom, columns + 2 * across - left - right];
  const values = new Float64Array(out * inside * height * width);
  for (let group = 0; group < out * inside; group++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        values[(group * height + y + up - top) * width + x + across - left] =
          weight.values[(group * rows + y) * columns + x];
      }
    }
  }
  return { weight: { shape: [out, inside, height, width], values }, padding: [up, across] };
}

function convNode(
  weight: NirTensor,
  stride: readonly [number, number],
  padding: readonly [number, number],
  groups: number,
  source: Shape,
): NirConv {
  return {
    type: 'Conv',
    weight,
    stride,
    padding,
    groups,
    dilation: [1, 1],
    inputSize: [source.height, source.width],
  };
}

/** Counts of spikes over all positions, times the codes: a fully connected layer on the flattened map. */
function headNodes(exporter: Exporter, model: IntegerModel): string[] {
  const { head, classes } = model;
  const channels = head.layers.reduce((total, index) => total + exporter.shapeOf(index).channels, 0);
  let first = 0;
  return head.layers.map((index, part) => {
    const shape = exporter.shapeOf(index);
    const positions = shape.height * shape.width;
    const elements = elementsOf(shape);
    const values = new Float64Array(classes.length * elements);
    for (let k = 0; k < classes.length; k++) {
      for (let i = 0; i < elements; i++) {
        values[k * elements + i] = head.codes[k * channels + first + Math.floor(i / positions)];
      }
    }
    first += shape.channels;
    const bias: NirTensor = {
      shape: [classes.length],
      values: part === 0 ? Float64Array.from(head.bias) : new Float64Array(classes.length),
    };
    const flat = exporter.add(`head${part}.flatten`, { type: 'Flatten' }, exporter.nameOf(index));
    const weight: NirTensor = { shape: [classes.length, elements], values };
    return exporter.add(`head${part}`, { type: 'Linear', weight, bias }, flat);
  });
}

/**
 * An integer model as a NIR network whose numbers are the model's integers: exact but for the floor of the leak. The input is the int8
 * values; the output's sum over the timesteps are the logits.
 * @throws LitesnnError NIR_NOT_EXACT: what NIR has no node for
 */
export function exportNir(model: IntegerModel): NirGraph {
  const exporter = new Exporter(model);
  const { height, width, channels } = model.input;
  exporter.add(INPUT, { type: 'Input', shape: [channels, height, width] });
  model.layers.forEach((layer, index) => {
    const name = exporter.nameOf(index);
    const sources = layer.edges.flatMap((edge, e) => exporter.edgeNodes(`${name}.edge${e}`, edge, layer));
    // What a population adds to its current at every timestep is the bias of one of its convolutions.
    const carrier = exporter.nodes.get(sources[0]) as NirConv;
    const bias: NirTensor = { shape: [layer.shape.channels], values: Float64Array.from(layer.bias) };
    exporter.nodes.set(sources[0], { ...carrier, bias });
    exporter.add(name, neuronOf(layer), ...sources);
  });
  exporter.add(OUTPUT, { type: 'Output' }, ...headNodes(exporter, model));
  return { nodes: exporter.nodes, edges: exporter.edges };
}
