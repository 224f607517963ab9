import type { Shape } from '../../core/geometry.js';
import { planNetwork } from '../../codegen/plan/network.js';
import type { CostOfWork, LayerPlan, StorageChoice } from '../../codegen/plan/types.js';
import type { ConvEdge, Edge, Layer } from '../../model/types.js';
import type { Target } from '../../targets/target.js';
import {
  INPUT_POPULATION,
  type EdgeSpec,
  type PopulationSpec,
  type TrainingGraph,
} from '../../training/graph.js';
import {
  channelsOf,
  skeletonEdge,
  skeletonHead,
  skeletonLayer,
  skeletonModel,
  typicalCodes,
  uniformMultiplier,
  type PickWeight,
} from './skeleton.js';

const WEIGHT = { bits: { choices: [8] }, keep: { choices: [1] } } as const;
const PICK_FIRST: PickWeight = () => ({ bits: 8, keep: 1 });

/** A layer that gives spikes of a shape, as cheaply as can be: what stands before the layer that is looked at. */
function feedingLayer(name: string, shape: Shape): Layer {
  const one = { height: 1, width: 1 };
  const edge: ConvEdge = {
    kind: 'conv',
    source: { layers: [INPUT_POPULATION] },
    kernel: one,
    stride: one,
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
    depthwise: false,
    bits: 8,
    codes: typicalCodes(shape.channels, 8, 1),
    multiplier: uniformMultiplier(shape.channels),
  };
  return skeletonLayer(name, shape, [edge]);
}

/** A board and, where a calibration is at hand, what work costs on it. */
export interface CostedTarget {
  readonly target: Target;
  readonly costOf?: CostOfWork | undefined;
}

/** A source of spikes before the layer that is looked at, and how often it fires. */
interface Feed {
  readonly shape: Shape;
  readonly rate: number;
}

/** The planner's word on one layer with the given edges and nothing around it. */
function planOf(
  { target, costOf }: CostedTarget,
  feeds: readonly Feed[],
  input: Shape,
  layer: Layer,
  timesteps: number,
  storage: StorageChoice,
): LayerPlan {
  const feeding = feeds.map(({ shape }, i) => feedingLayer(`source${i}`, shape));
  const layers = [...feeding, layer];
  const head = skeletonHead([feeding.length], layer.shape.channels, 2, WEIGHT, PICK_FIRST);
  const model = skeletonModel(input, timesteps, layers, head);
  const firingRate = [...feeds.map(({ rate }) => rate), 0];
  return planNetwork(model, target, { firingRate, costOf, storage }).layers[feeding.length];
}

/** An edge that costs next to nothing, so that a layer is planned as one of several edges. */
function silentIdentity({ channels }: Shape, layer: number): Edge {
  return { kind: 'identity', source: { layers: [layer] }, multiplier: uniformMultiplier(channels) };
}

/**
 * The planner's plan of a population with one of its edges and, where the population has several, a silent identity: layers of
 * several edges have kernels of their own.
 */
export function probeEdge(
  costed: CostedTarget,
  graph: TrainingGraph,
  population: PopulationSpec,
  edge: EdgeSpec,
  pick: PickWeight,
  timesteps: number,
  rate: number,
  storage: StorageChoice,
): LayerPlan {
  const { shape } = population;
  const { populations, pooling } = edge.source;
  const fromInput = populations.includes(INPUT_POPULATION);
  const sources = fromInput ? [] : populations.map((p) => graph.populations[p].shape);
  const input = fromInput ? graph.input : { ...sources[0], channels: 1 };
  const source = {
    populations: fromInput ? [INPUT_POPULATION] : sources.map((_, i) => i),
    ...(pooling === undefined ? {} : { pooling }),
  };
  const inChannels = channelsOf(graph, populations);
  const made = skeletonEdge(edge, source, inChannels, shape.channels, pick, edge.kind === 'conv');
  const feeds = sources.map((feed) => ({ shape: feed, rate }));
  if (isAlone(population)) {
    return planOf(costed, feeds, input, skeletonLayer('probe', shape, [made]), timesteps, storage);
  }
  const layer = skeletonLayer('probe', shape, [silentIdentity(shape, feeds.length), made]);
  return planOf(costed, [...feeds, { shape, rate: 0 }], input, layer, timesteps, storage);
}

/** The planner's plan of a population with silent identities alone. */
export function probeSilence(
  costed: CostedTarget,
  { shape }: PopulationSpec,
  edges: number,
  timesteps: number,
): LayerPlan {
  const identities = Array.from({ length: edges }, () => silentIdentity(shape, 0));
  const layer = skeletonLayer('probe', shape, identities);
  return planOf(costed, [{ shape, rate: 0 }], { ...shape, channels: 1 }, layer, timesteps, 'dense');
}

/** A population with one edge, such as a stem: whole layers have kernels of their own. */
export function isAlone({ edges }: PopulationSpec): boolean {
  return edges.length === 1;
}
