import type { Random } from '../core/random.js';
import type { TensorMap } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import { initialParameters } from '../training/initial.js';

/**
 * Factor on the classifier's first weights. It reads mean spikes, which are near 0.1 where a trained network's are, so
 * that both its logits and its gradients start out small; larger weights make the first epochs count.
 */
const CLASSIFIER_SCALE = 5;

/** Parameters of a network or supernet before its first step. Activations of artificial neurons are not small. */
export function startingParameters(graph: TrainingGraph, random: Random): TensorMap {
  const parameters = initialParameters(graph, random);
  if (graph.activation === 'relu8') return parameters;
  const classifier = parameters.get('head.w')!;
  for (let i = 0; i < classifier.length; i++) classifier[i] *= CLASSIFIER_SCALE;
  return parameters;
}
