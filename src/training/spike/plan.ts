import { elementsOf, type Shape } from '../../core/geometry.js';
import {
  neuronOf,
  type ConvEdgeSpec,
  type NeuronSpec,
  type SourceSpec,
  type TrainingGraph,
} from '../graph.js';
import { headChannels, readsInput, sourceShape } from '../shapes.js';
import type { Arena } from './arena.js';
import { descriptors } from './descriptors.js';
import { planEdge, type EdgeContext, type PlannedEdge } from './plan-edges.js';
import { planGradients, poolKey, viewKey, type PlannedGradient } from './plan-gradients.js';
import { PlannedTensors } from './plan-tensors.js';
import { compactionTable, paddedChannels, planView, type Extent, type PlannedView } from './plan-views.js';
import { planWeights, type MixAddresses, type PlannedWeights } from './plan-weights.js';
import { controlWords } from './team.js';

/** Running statistics move by this share of the difference. */
const MOMENTUM = 0.1;

export interface PlannedPool {
  readonly address: number;
  /** See `PlannedGradient`. */
  readonly startTurn: number;
  readonly view: PlannedView;
}

export interface PlannedPopulation {
  readonly address: number;
  /** See `PlannedGradient`. */
  readonly startTurn: number;
  readonly view: PlannedView;
  readonly edges: readonly PlannedEdge[];
  readonly pools: readonly PlannedPool[];
  /** f32 `[timestep]`. */
  readonly rateGradient: number;
}

/** Whether activations are more than 0 and 1. */
function isValued(graph: TrainingGraph): boolean {
  return graph.activation === 'relu8';
}

/** Addresses of everything that a session writes or reads. */
export interface NetworkPlan {
  readonly extent: Extent;
  /** Whether activations are more than 0 and 1. */
  readonly valued: boolean;
  readonly tensors: PlannedTensors;
  /** Words of the team (team.ts), for phases of at most `items` items. */
  readonly control: number;
  readonly items: number;
  readonly input: { readonly address: number; readonly codes: number };
  readonly mix: MixAddresses & { readonly gates: number; readonly gateGradients: number };
  readonly populations: readonly PlannedPopulation[];
  readonly head: {
    readonly address: number;
    readonly logits: number;
    readonly logitGradients: number;
    readonly weights: PlannedWeights;
  };
}

function placeNeuron(arena: Arena, { decay, threshold, sharpness }: NeuronSpec): number {
  const surrogateScale = sharpness / (2 * Math.tanh(sharpness / 2));
  return arena.place(Float32Array.of(decay, threshold, sharpness, surrogateScale));
}

function planMix(arena: Arena, graph: TrainingGraph): MixAddresses {
  const rows = (groups: readonly number[]): number[] => groups.map((choices) => arena.float32(choices));
  return { one: arena.place(Float32Array.of(1)), bits: rows(graph.bitGroups), keep: rows(graph.keepGroups) };
}

/** At most what assembly/sparse-input-gradient.ts lays out: planes that may be read 32 floats behind their end, and four results. */
function planesBytes({ kernel }: ConvEdgeSpec, from: Shape, channels: number): number {
  const plane = (from.height + kernel.height - 1) * (from.width + kernel.width - 1) + kernel.width + 32 + 3;
  return 4 * (channels * plane + 4 * 32);
}

/** Bytes that a part needs for the largest population's membrane gradients, or for an input gradient's lists. */
function scratchBytes(graph: TrainingGraph): number {
  const needs = graph.populations.flatMap(({ shape, edges }) => [
    4 * shape.height * shape.width * paddedChannels(shape.channels),
    ...edges.map((edge) => {
      const taps = edge.kind === 'conv' ? edge.kernel.height * edge.kernel.width : 0;
      const from = sourceShape(graph, edge.source);
      const planes = edge.kind === 'conv' ? planesBytes(edge, from, paddedChannels(shape.channels)) : 0;
      return Math.max(planes, 12 * taps + 4 * (paddedChannels(from.channels) + 4));
    }),
  ]);
  return Math.ceil(Math.max(...needs) / 64) * 64;
}

/** Finds or makes the pooled view of a population. */
class Pools {
  private readonly byKey = new Map<string, PlannedPool>();

  constructor(
    private readonly arena: Arena,
    private readonly extent: Extent,
    private readonly gradients: ReadonlyMap<string, PlannedGradient>,
  ) {}

  viewOf(
    graph: TrainingGraph,
    populations: readonly MutablePopulation[],
    population: number,
    source: SourceSpec,
  ): PlannedView {
    const { view, pools } = populations[population];
    const { pooling } = source;
    if (pooling === undefined) return view;
    const key = poolKey(population, pooling);
    const known = this.byKey.get(key);
    if (known !== undefined) return known.view;
    const shape: Shape = sourceShape(graph, { populations: [population], pooling });
    const gradient = this.gradients.get(key)!;
    const target = planView(this.arena, this.extent, shape, gradient.address, isValued(graph));
    const address = this.arena.placeDescriptor(descriptors.pool, {
      timesteps: this.extent.timesteps,
      batch: this.extent.batch,
      source: view.address,
      target: target.address,
      windowY: pooling.height,
      windowX: pooling.width,
      anySpike: pooling.kind === 'or' ? 1 : 0,
    });
    const pool = { address, view: target, startTurn: gradient.startTurn };
    this.byKey.set(key, pool);
    pools.push(pool);
    return target;
  }
}

type MutablePopulation = PlannedPopulation & { readonly pools: PlannedPool[] };

function planPopulations(context: EdgeContext): PlannedPopulation[] {
  const { arena, graph, extent, scratch } = context;
  const { timesteps, batch, parts } = extent;
  const gradients = planGradients(arena, graph, extent);
  const pools = new Pools(arena, extent, gradients);
  const neuron = placeNeuron(arena, neuronOf(graph));
  const momentum = arena.place(Float32Array.of(MOMENTUM));
  const compaction = arena.place(compactionTable());
  const planned: MutablePopulation[] = [];
  graph.populations.forEach(({ shape, edges: specs }, p) => {
    const gradient = gradients.get(viewKey(p))!;
    const view = planView(arena, extent, shape, gradient.address, isValued(graph));
    const edges = specs.map(({ source }, e) => {
      const views = readsInput(source)
        ? []
        : source.populations.map((from) => pools.viewOf(graph, planned, from, source));
      return planEdge(context, p, e, views, view);
    });
    const channels = paddedChannels(shape.channels);
    const rateGradient = arena.float32(timesteps);
    const address = arena.placeDescriptor(descriptors.population, {
      timesteps,
      batch,
      view: view.address,
      neuron,
      edgeCount: edges.length,
      edges: arena.place(Uint32Array.from(edges, (edge) => edge.address)),
      membrane: arena.float32(timesteps * batch * shape.height * shape.width * channels),
      bias: arena.float32(parts * channels),
      backSums: arena.float64(parts * channels),
      parts,
      momentum,
      compaction,
      scratch: scratch.address,
      scratchStride: scratch.stride,
      rateGradient,
    });
    planned.push({ address, startTurn: gradient.startTurn, view, edges, pools: [], rateGradient });
  });
  return planned;
}

function planHead(context: EdgeContext, populations: readonly PlannedPopulation[]): NetworkPlan['head'] {
  const { arena, graph, extent, tensors, mix } = context;
  const { timesteps, batch, parts } = extent;
  const { head } = graph;
  const images = timesteps * batch;
  const features = headChannels(graph);
  const logits = arena.float32(images * head.classes);
  const logitGradients = arena.float32(images * head.classes);
  const effective = arena.float32(head.classes * features);
  const partBytes = 4 * head.classes * features;
  const gradientParts = arena.reserve(parts * partBytes);
  let channelOffset = 0;
  const sources = head.populations.map((p) => {
    const { view } = populations[p];
    const source = { view: view.address, channelOffset, channels: view.shape.channels };
    channelOffset += view.shape.channels;
    return source;
  });
  const address = arena.placeDescriptor(descriptors.head, {
    timesteps,
    batch,
    classes: head.classes,
    features,
    sourceCount: sources.length,
    sources: arena.placeDescriptors(descriptors.headSource, sources),
    means: arena.float32(images * features),
    meanGradients: arena.float32(images * features),
    logits,
    logitGradients,
    weights: effective,
    bias: tensors.parameter('head.b').address,
    weightGradients: gradientParts,
    biasGradients: arena.float32(parts * head.classes),
    biasGradient: tensors.gradient('head.b').address,
    parts,
  });
  const layout = {
    edge: 0,
    outputs: head.classes,
    effective,
    gradientParts,
    gradientPartStride: partBytes,
    parts,
  };
  return {
    address,
    logits,
    logitGradients,
    weights: planWeights(arena, tensors, 'head', head.weight, mix, layout),
  };
}

/** Places everything that training this graph will ever need. */
export function planNetwork(arena: Arena, graph: TrainingGraph, extent: Extent): NetworkPlan {
  const { batch, parts } = extent;
  const tensors = PlannedTensors.plan(arena, graph);
  const mix = planMix(arena, graph);
  const gates = arena.place(new Float32Array(graph.gates + 1).fill(1));
  const gateGradients = arena.float64(graph.gates + 1);
  const elements = elementsOf(graph.input);
  const codes = arena.reserve(batch * elements);
  const input = arena.float32(batch * elements);
  const stride = scratchBytes(graph);
  const scratch = { address: arena.reserve(parts * stride), stride };
  const context = { arena, graph, extent, tensors, mix, gates, gateGradients, input, scratch };
  const populations = planPopulations(context);
  // A weight tensor an edge at most, the head's, and its bias.
  const items = parts + populations.reduce((sum, { edges }) => sum + edges.length, 2);
  return {
    extent,
    valued: isValued(graph),
    tensors,
    control: arena.reserve(4 * controlWords(items)),
    items,
    input: { address: arena.placeDescriptor(descriptors.input, { elements, codes, values: input }), codes },
    mix: { ...mix, gates, gateGradients },
    populations,
    head: planHead(context, populations),
  };
}
