import type { Mix, ObjectiveResult, Outputs } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import { timestepCrossEntropy } from './cross-entropy.js';
import type { CostTerm } from './costs.js';
import { addMix, emptyMix } from './mix.js';

export interface WeighedCost {
  readonly term: CostTerm;
  /** Weight of the term in the loss (lambda). */
  readonly lambda: number;
}

export interface JointInputs {
  readonly labels: ArrayLike<number>;
  readonly mix: Mix;
  /** `[T_max]`: softmax(psi), or uniform while psi is not learned yet. */
  readonly probability: Float32Array;
}

export interface JointResult extends ObjectiveResult {
  readonly crossEntropy: number;
  /** Value of each cost, a fraction of its reference, in the order given. */
  readonly costs: readonly number[];
  /** What the mix gets from the costs directly; the engine adds nothing of it to its own `mixGradient`. */
  readonly costMixGradient: Mix;
  readonly probabilityGradient: Float32Array;
}

/**
 * The joint objective (search.md): cross-entropy of every number of timesteps weighed by its probability, plus each
 * expected cost times its lambda. All gradients are analytic.
 */
export function jointObjective(
  graph: TrainingGraph,
  costs: readonly WeighedCost[],
  inputs: JointInputs,
  outputs: Outputs,
): JointResult {
  const { mix, probability, labels } = inputs;
  const entropy = timestepCrossEntropy(outputs.logits, labels, graph.head.classes, probability);
  const costMixGradient = emptyMix(graph);
  const ratesGradient = new Float32Array(outputs.rates.length);
  const probabilityGradient = Float32Array.from(entropy.byTimesteps);
  let loss = entropy.value;
  const values = costs.map(({ term, lambda }) => {
    const result = term.evaluate({ mix, rates: outputs.rates, probability });
    loss += lambda * result.value;
    addMix(costMixGradient, result.mixGradient, lambda);
    result.ratesGradient.forEach((value, i) => (ratesGradient[i] += lambda * value));
    result.probabilityGradient.forEach((value, t) => (probabilityGradient[t] += lambda * value));
    return result.value;
  });
  return {
    loss,
    crossEntropy: entropy.value,
    costs: values,
    logitsGradient: entropy.logitsGradient,
    ratesGradient,
    costMixGradient,
    probabilityGradient,
  };
}
