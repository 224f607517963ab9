import { elementsOf, pooledSize, type Shape } from '../../core/geometry.js';
import type { IntegerModel, Layer } from '../../model/types.js';
import { edgeWork, type PlanningRates } from './edge-work.js';
import { groupsOf } from './row-work.js';
import { pixelBytes } from './lifetimes.js';
import type { LayerPlan, PoolPlan } from './types.js';

/**
 * How often each part of the generated code runs in one inference: `kernel.part` to a count, for instance the spikes that a kernel lists,
 * the rows of weights it adds, the neurons it fires. The cost model is linear in these.
 */
export type Work = Readonly<Record<string, number>>;

/** What a layer's work depends on; a plan has more. */
export type PlannedLayer = Pick<LayerPlan, 'edges' | 'lif' | 'scratch'> & {
  readonly pools: readonly Omit<PoolPlan, 'offset'>[];
};

export function addWork(...parts: readonly Work[]): Work {
  const total: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, count] of Object.entries(part)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}

export function layerWork(
  model: IntegerModel,
  index: number,
  plan: PlannedLayer,
  rates: PlanningRates,
): Work {
  const layer = model.layers[index];
  return addWork(
    neuronWork(layer, plan, model.timesteps, rates.layers[index]),
    ...plan.pools.map((pool) => poolWork(pool, model.layers[pool.layer].shape, model.timesteps)),
    ...layer.edges.map((edge, e) => edgeWork(model, layer, edge, plan.edges[e], plan.lif, rates)),
  );
}

/** Currents and neurons of a layer, under the name of its form of neurons. */
function neuronWork({ shape }: Layer, plan: PlannedLayer, timesteps: number, rate: number): Work {
  const { channels } = shape;
  const pixels = shape.height * shape.width;
  const steps = pixels * timesteps;
  const name = `lif-${neuronForm(plan.lif, timesteps)}`;
  const shared = {
    'layer.once': 1,
    'layer.row': shape.height,
    [`${name}.pixel`]: pixels,
    [`${name}.step`]: steps,
    [`${name}.first`]: pixels * channels,
    [`${name}.neuron`]: steps * channels,
    [`${name}.tail`]: steps * (channels % 8),
  };
  if (plan.lif !== 'fast' && plan.lif !== 'reference')
    return { ...shared, ...groupWork(name, channels, pixels, timesteps) };
  const base = plan.scratch.base === undefined ? 'without-base' : 'with-base';
  return {
    ...shared,
    [`${name}.byte`]: steps * Math.floor(channels / 8),
    [`${name}.spike`]: steps * channels * rate,
    [`${base}.step`]: steps,
    [`${base}.neuron`]: steps * channels,
  };
}

/** Two timesteps have a function of their own. */
function neuronForm(lif: LayerPlan['lif'], timesteps: number): string {
  return lif === 'rows' && timesteps === 2 ? 'rows-twice' : lif;
}

function groupWork(name: string, channels: number, pixels: number, timesteps: number): Work {
  const { full, half } = groupsOf(channels);
  const eights = Math.ceil(channels / 8);
  return {
    [`${name}.group`]: pixels * timesteps * full,
    [`${name}.half`]: pixels * timesteps * half,
    [`${name}.eight`]: pixels * eights,
    [`${name}.eightStep`]: pixels * timesteps * eights,
  };
}

function poolWork(pool: Omit<PoolPlan, 'offset'>, from: Shape, timesteps: number): Work {
  const { kind, height, width } = pool.pooling;
  const name = `pool-${kind}`;
  const size = pooledSize(from, pool.pooling);
  const pixels = size.height * size.width * timesteps;
  const bytes = pixels * pixelBytes(pool.channels);
  return {
    [`${name}.pixel`]: pixels,
    [`${name}.byte`]: bytes,
    [`${name}.word`]: pixels * Math.ceil(pixelBytes(pool.channels) / 4),
    [`${name}.read`]: bytes * height * width,
    [`${name}.row`]: pixels * height,
  };
}

export function headWork(model: IntegerModel, rates: PlanningRates): Work {
  const { layers, bias, codes } = model.head;
  const perLayer = layers.map((index): Work => {
    const { shape } = model.layers[index];
    const pixels = shape.height * shape.width * model.timesteps;
    return {
      'head.layer': 1,
      'head.pixel': pixels,
      'head.byte': pixels * pixelBytes(shape.channels),
      'head.word': pixels * Math.ceil(pixelBytes(shape.channels) / 4),
      'head.spike': elementsOf(shape) * model.timesteps * rates.layers[index],
      'head.channel': shape.channels,
    };
  });
  return addWork(...perLayer, { 'head.once': 1, 'head.class': bias.length, 'head.product': codes.length });
}
