import type { Shape } from '../../core/geometry.js';
import { edgeParameter, type ConvEdgeSpec, type EdgeSpec, type TrainingGraph } from '../graph.js';
import { readsInput, sourceShape } from '../shapes.js';
import type { Arena } from './arena.js';
import { descriptors, EdgeKind } from './descriptors.js';
import type { PlannedTensors } from './plan-tensors.js';
import { paddedChannels, type Extent, type PlannedView } from './plan-views.js';
import { planWeights, type MixAddresses, type PlannedWeights } from './plan-weights.js';

/** What edges refer to. */
export interface EdgeContext {
  readonly arena: Arena;
  readonly graph: TrainingGraph;
  readonly extent: Extent;
  readonly tensors: PlannedTensors;
  readonly mix: MixAddresses;
  /** f32 and f64 of each gate, then those of edges without a gate: always 1, and never read. */
  readonly gates: number;
  readonly gateGradients: number;
  /** f32 input `[sample][y][x][channel]`. */
  readonly input: number;
  readonly scratch: { readonly address: number; readonly stride: number };
}

export interface PlannedEdge {
  readonly address: number;
  readonly weights: PlannedWeights | undefined;
}

function kindOf(edge: EdgeSpec): number {
  if (edge.kind === 'identity') return EdgeKind.identity;
  if (readsInput(edge.source)) return edge.depthwise ? EdgeKind.inputDepthwise : EdgeKind.inputDense;
  return edge.depthwise ? EdgeKind.depthwise : EdgeKind.dense;
}

/** Floats of the weights in the kernels' layout. */
function weightFloats(
  edge: ConvEdgeSpec,
  kind: number,
  inChannels: number,
  views: readonly PlannedView[],
  channels: number,
): number {
  const taps = edge.kernel.height * edge.kernel.width;
  if (kind === EdgeKind.inputDense) return taps * inChannels * channels;
  if (edge.depthwise) return taps * channels;
  return views.reduce((sum, view) => sum + taps * paddedChannels(view.shape.channels) * channels, 0);
}

/** Lists of at most 0.6 of the weights, at twice the bytes of a weight, must fit where they replace all of them. */
const LIST_ROOM = 1.25;

/** Sources one after another; each has its own block of weights, so that its events address it directly. */
function placeSources(
  arena: Arena,
  views: readonly PlannedView[],
  floatsPerChannel: number,
  weights: number,
  backWeights: number,
): number {
  let channelOffset = 0;
  let weightOffset = 0;
  const sources = views.map((view) => {
    const source = {
      view: view.address,
      channelOffset,
      channels: view.shape.channels,
      weights: weights + weightOffset,
      backWeights: backWeights + LIST_ROOM * weightOffset,
      weightOffset,
      lists: arena.reserve(4 * (paddedChannels(view.shape.channels) + 2)),
    };
    channelOffset += view.shape.channels;
    weightOffset += 4 * floatsPerChannel * paddedChannels(view.shape.channels);
    return source;
  });
  return arena.placeDescriptors(descriptors.source, sources);
}

const NO_KERNEL: Pick<ConvEdgeSpec, 'kernel' | 'stride' | 'padding'> = {
  kernel: { height: 1, width: 1 },
  stride: { height: 1, width: 1 },
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
};

/** `views`: of the edge's sources, in order; none where it reads the input. */
export function planEdge(
  context: EdgeContext,
  population: number,
  index: number,
  views: readonly PlannedView[],
  target: PlannedView,
): PlannedEdge {
  const { arena, graph, extent, tensors } = context;
  const { timesteps, batch, parts } = extent;
  const edge = graph.populations[population].edges[index];
  const kind = kindOf(edge);
  const conv = edge.kind === 'conv' ? edge : undefined;
  const { kernel, stride, padding } = conv ?? NO_KERNEL;
  const from: Shape = sourceShape(graph, edge.source);
  const { height, width, channels: realChannels } = target.shape;
  const channels = paddedChannels(realChannels);
  const images = readsInput(edge.source) ? batch : timesteps * batch;
  const floats = conv === undefined ? 0 : weightFloats(conv, kind, from.channels, views, channels);
  const weights = arena.float32(floats);
  const backWeights = kind === EdgeKind.dense ? arena.float32(LIST_ROOM * floats) : 0;
  const weightBytes = Math.ceil(floats / 4) * 16;
  const weightGradients = arena.reserve(parts * weightBytes);
  const gate = edge.gate ?? graph.gates;
  const parameter = (name: string): number =>
    tensors.parameter(edgeParameter(population, index, name)).address;
  const gradient = (name: string): number => tensors.gradient(edgeParameter(population, index, name)).address;
  const address = arena.placeDescriptor(descriptors.edge, {
    kind,
    timesteps,
    batch,
    inHeight: from.height,
    inWidth: from.width,
    inChannels: from.channels,
    height,
    width,
    channels,
    realChannels,
    kernelY: kernel.height,
    kernelX: kernel.width,
    strideY: stride.height,
    strideX: stride.width,
    padY: padding.top,
    padX: padding.left,
    sourceCount: views.length,
    sources: placeSources(arena, views, kernel.height * kernel.width * channels, weights, backWeights),
    input: context.input,
    current: conv === undefined ? 0 : arena.float32(images * height * width * channels),
    weights,
    weightGradients,
    weightBytes,
    sums: arena.float64(2 * parts * channels),
    backSums: arena.float64(parts * channels),
    parts,
    mean: arena.float32(parts * channels),
    inverseDeviation: arena.float32(parts * channels),
    scale: arena.float32(parts * channels),
    backCoefficients: arena.float32(3 * parts * channels),
    gamma: parameter(conv === undefined ? 'gain' : 'gamma'),
    gammaGradient: gradient(conv === undefined ? 'gain' : 'gamma'),
    beta: conv === undefined ? 0 : parameter('beta'),
    betaGradient: conv === undefined ? 0 : gradient('beta'),
    runningMean: conv === undefined ? 0 : parameter('mean'),
    runningVariance: conv === undefined ? 0 : parameter('variance'),
    gate: context.gates + 4 * gate,
    gateGradient: context.gateGradients + 8 * gate,
    target: target.address,
    scratch: context.scratch.address,
    scratchStride: context.scratch.stride,
  });
  if (conv === undefined) return { address, weights: undefined };
  const count = tensors.parameter(edgeParameter(population, index, 'w')).length;
  const layout = {
    edge: address,
    outputs: realChannels,
    effective: arena.float32(count),
    gradientParts: weightGradients,
    gradientPartStride: weightBytes,
    parts,
  };
  const planned = planWeights(arena, tensors, `p${population}.e${index}`, conv.weight, context.mix, layout);
  return { address, weights: planned };
}
