import type { Mix, ObjectiveResult, Outputs } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import { timestepCrossEntropy } from './cross-entropy.js';
import type { CostResult, CostTerm } from './costs.js';
import { addMix, emptyMix } from './mix.js';
import { penaltyOf } from './budget/multipliers.js';

export interface WeighedCost {
  readonly term: CostTerm;
  /** Weight of the term in the loss (lambda). */
  readonly lambda: number;
}

/** A cost that must stay within its budget: its term is 1 there. */
export interface Constraint {
  readonly term: CostTerm;
  readonly multiplier: number;
}

export interface JointInputs {
  readonly labels: ArrayLike<number>;
  readonly mix: Mix;
  /** `[T_max]`: softmax(psi), or uniform while psi is not learned yet. */
  readonly probability: Float32Array;
  readonly constraints?: readonly Constraint[] | undefined;
  /** Weight of the cross-entropy; 1 unless accuracy is a constraint. */
  readonly entropyWeight?: number | undefined;
}

export interface JointResult extends ObjectiveResult {
  readonly crossEntropy: number;
  /** Value of each cost, a fraction of its reference, in the order given. */
  readonly costs: readonly number[];
  /** Cost / budget of each constraint, in the order given. */
  readonly fractions: readonly number[];
  /** What the mix gets from the costs directly; the engine adds nothing of it to its own `mixGradient`. */
  readonly costMixGradient: Mix;
  readonly probabilityGradient: Float32Array;
}

/**
 * The joint objective (search.md): cross-entropy of every number of timesteps weighed by its probability, plus each
 * expected cost times its lambda, plus the penalty of each constraint times its multiplier. All gradients are analytic.
 */
export function jointObjective(
  graph: TrainingGraph,
  costs: readonly WeighedCost[],
  inputs: JointInputs,
  outputs: Outputs,
): JointResult {
  const { mix, probability, labels, constraints = [], entropyWeight = 1 } = inputs;
  const entropy = timestepCrossEntropy(outputs.logits, labels, graph.head.classes, probability);
  const costMixGradient = emptyMix(graph);
  const ratesGradient = new Float32Array(outputs.rates.length);
  const probabilityGradient = entropy.byTimesteps.map((value) => entropyWeight * value);
  let loss = entropyWeight * entropy.value;
  const addTerm = (result: CostResult, slope: number): void => {
    addMix(costMixGradient, result.mixGradient, slope);
    result.ratesGradient.forEach((value, i) => (ratesGradient[i] += slope * value));
    result.probabilityGradient.forEach((value, t) => (probabilityGradient[t] += slope * value));
  };
  const state = { mix, rates: outputs.rates, probability };
  const values = costs.map(({ term, lambda }) => {
    const result = term.evaluate(state);
    loss += lambda * result.value;
    addTerm(result, lambda);
    return result.value;
  });
  const fractions = constraints.map(({ term, multiplier }) => {
    const result = term.evaluate(state);
    const penalty = penaltyOf(result.value);
    loss += multiplier * penalty.value;
    addTerm(result, multiplier * penalty.slope);
    return result.value;
  });
  return {
    loss,
    crossEntropy: entropy.value,
    costs: values,
    fractions,
    logitsGradient:
      entropyWeight === 1
        ? entropy.logitsGradient
        : entropy.logitsGradient.map((value) => entropyWeight * value),
    ratesGradient,
    costMixGradient,
    probabilityGradient: Float32Array.from(probabilityGradient),
  };
}
