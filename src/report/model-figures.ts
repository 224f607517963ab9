import { elementsOf } from '../core/geometry.js';
import type { ConvEdge, Layer } from '../model/types.js';
import type { RunFacts } from './collect.js';
import { planFigures } from './plan-figures.js';
import type { Summary } from './summary.js';

type ModelFigures = Summary['model'];

function convEdges(layer: Layer): ConvEdge[] {
  return layer.edges.filter((edge) => edge.kind === 'conv');
}

function keptOf(codes: Int8Array): number {
  return codes.reduce((kept, code) => kept + (code === 0 ? 0 : 1), 0);
}

/** One row a layer: size, pruning, rate, bytes and time on the device. */
export function layerFigures({ model, plan, rates, measurement }: RunFacts): ModelFigures['layers'] {
  const { parts } = planFigures(model, plan, undefined);
  return model.layers.map((layer, index) => {
    const edges = convEdges(layer);
    const { weights, tables } = plan.layers[index].flash;
    return {
      name: layer.name,
      shape: layer.shape,
      bits: edges.map((edge) => edge.bits),
      weights: edges.reduce((sum, edge) => sum + edge.codes.length, 0),
      keptWeights: edges.reduce((sum, edge) => sum + keptOf(edge.codes), 0),
      firingRate: rates[index],
      flashBytes: weights + tables,
      ticks: measurement.layers?.[index].units,
      kernels: [...parts[index].kernels],
      formats: [...parts[index].formats],
      ramBytes: parts[index].ramBytes,
      predictedInstructions: plan.layers[index].instructions,
    };
  });
}

/** Figures of the whole network, its head included. */
export function totals(
  { model, plan, measurement }: RunFacts,
  layers: ModelFigures['layers'],
): Pick<ModelFigures, 'weights' | 'keptWeights' | 'hiddenFiringRate' | 'storedBytes' | 'head'> {
  const { head } = model;
  const headBytes = plan.head.flash.weights + plan.head.flash.tables;
  const neurons = layers.reduce((sum, layer) => sum + elementsOf(layer.shape), 0);
  return {
    weights: layers.reduce((sum, layer) => sum + layer.weights, head.codes.length),
    keptWeights: layers.reduce((sum, layer) => sum + layer.keptWeights, keptOf(head.codes)),
    // Of all neurons alike, so that a large layer weighs as much as it costs.
    hiddenFiringRate:
      layers.reduce((sum, layer) => sum + layer.firingRate * elementsOf(layer.shape), 0) / neurons,
    storedBytes: layers.reduce((sum, layer) => sum + layer.flashBytes, headBytes),
    head: {
      bits: head.bits,
      weights: head.codes.length,
      flashBytes: headBytes,
      ticks: measurement.layers?.[model.layers.length].units,
      predictedInstructions: plan.head.instructions,
    },
  };
}
