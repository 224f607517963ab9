import type { Mix } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import {
  addExpectationGradient,
  expectation,
  inventoryOf,
  maskBits,
  type Activity,
  type WeightTensor,
} from './inventory.js';
import { emptyMix } from './mix.js';

/** What a cost may depend on. */
export interface CostState {
  readonly mix: Mix;
  /** `[population][timestep]`, spikes per neuron and sample. */
  readonly rates: Float32Array;
  /** `[T_max]`, probability that the network runs 1, 2, ... timesteps. */
  readonly probability: Float32Array;
}

/** A cost as a fraction of its reference, and its gradient. */
export interface CostResult {
  readonly value: number;
  readonly mixGradient: Mix;
  /** `[population][timestep]`. */
  readonly ratesGradient: Float32Array;
  /** `[T_max]`: the cost of a network that runs 1, 2, ... timesteps. */
  readonly probabilityGradient: Float64Array;
}

/** One term of the joint objective: a differentiable expectation of a cost over every choice that is searched. */
export interface CostTerm {
  readonly name: string;
  /** What a value of 1 stands for, in the cost's own unit. */
  readonly reference: number;
  evaluate(state: CostState): CostResult;
}

const highest = (choices: readonly number[]): number => Math.max(...choices);

/**
 * Bits of all stored weights, with the mask that says which are kept. Reference: every edge of the graph present, at
 * its widest and densest.
 */
export function modelSizeCost(graph: TrainingGraph): CostTerm {
  const tensors = inventoryOf(graph);
  const mostBits = ({ count, weight }: WeightTensor): number =>
    count *
    Math.max(...weight.keep.choices.map((keep) => keep * highest(weight.bits.choices) + maskBits(keep)));
  const reference = tensors.reduce((sum, tensor) => sum + mostBits(tensor), 0);
  return {
    name: 'modelSize',
    reference,
    evaluate: ({ mix, rates, probability }) => {
      const gradient = emptyMix(graph);
      let total = 0;
      for (const { count, weight, gate } of tensors) {
        const bits = expectation(weight.bits, mix.bits);
        const keep = expectation(weight.keep, mix.keep);
        const mask = expectation(weight.keep, mix.keep, maskBits);
        const presence = gate === undefined ? 1 : mix.gates[gate];
        const scale = count / reference;
        total += scale * presence * (keep * bits + mask);
        addExpectationGradient(weight.bits, gradient.bits, scale * presence * keep);
        addExpectationGradient(
          weight.keep,
          gradient.keep,
          scale * presence,
          (choice) => choice * bits + maskBits(choice),
        );
        if (gate !== undefined) gradient.gates[gate] += scale * (keep * bits + mask);
      }
      return {
        value: total,
        mixGradient: gradient,
        ratesGradient: new Float32Array(rates.length),
        probabilityGradient: new Float64Array(probability.length).fill(total),
      };
    },
  };
}

/** Share of a source's values that are active at a timestep, and its derivative with respect to the firing rate. */
function activityAt(
  activity: Activity,
  timestep: number,
  timesteps: number,
  rates: Float32Array,
): readonly [share: number, slope: number] {
  if (activity.kind === 'once') return [timestep === 0 ? 1 : 0, 0];
  if (activity.kind === 'always') return [1, 0];
  const rate = rates[activity.population * timesteps + timestep];
  // As if joined pixels fired independently: an upper estimate, since neighbours fire together.
  const silent = Math.max(0, 1 - rate);
  return [1 - silent ** activity.pooled, activity.pooled * silent ** (activity.pooled - 1)];
}

/** Probability that each timestep is run at all: the sum over the networks that run it. */
function reached(probability: Float32Array): Float64Array {
  const result = new Float64Array(probability.length);
  let sum = 0;
  for (let t = probability.length - 1; t >= 0; t--) result[t] = sum += probability[t];
  return result;
}

/**
 * Bit-SynOps (LitE-SNN, section 3.3): kept weights times their bits times the firing rate of what they read times the
 * positions where they are used, summed over the timesteps run. Reference: every edge present at its widest and densest,
 * everything firing, for all timesteps. Does not depend on the batch.
 */
export function bitSynOpsCost(graph: TrainingGraph): CostTerm {
  const { timesteps } = graph;
  const tensors = inventoryOf(graph);
  const stepsAtMost = ({ kind }: Activity): number => (kind === 'once' ? 1 : timesteps);
  const reference = tensors.reduce(
    (sum, { weight, readers }) =>
      sum +
      highest(weight.bits.choices) *
        highest(weight.keep.choices) *
        readers.reduce((inner, reader) => inner + reader.synapses * stepsAtMost(reader.activity), 0),
    0,
  );
  return {
    name: 'bitSynOps',
    reference,
    evaluate: ({ mix, rates, probability }) => {
      const gradient = emptyMix(graph);
      const ratesGradient = new Float32Array(rates.length);
      const reach = reached(probability);
      const costOfStep = new Float64Array(timesteps);
      for (const { weight, gate, readers } of tensors) {
        const bits = expectation(weight.bits, mix.bits);
        const keep = expectation(weight.keep, mix.keep);
        const presence = gate === undefined ? 1 : mix.gates[gate];
        const bitsOfSynapse = (presence * bits * keep) / reference;
        let events = 0;
        for (const { activity, synapses } of readers) {
          for (let t = 0; t < timesteps; t++) {
            const [share, slope] = activityAt(activity, t, timesteps, rates);
            costOfStep[t] += bitsOfSynapse * synapses * share;
            events += reach[t] * synapses * share;
            if (activity.kind === 'spikes') {
              ratesGradient[activity.population * timesteps + t] +=
                bitsOfSynapse * synapses * slope * reach[t];
            }
          }
        }
        addExpectationGradient(weight.bits, gradient.bits, (presence * keep * events) / reference);
        addExpectationGradient(weight.keep, gradient.keep, (presence * bits * events) / reference);
        if (gate !== undefined) gradient.gates[gate] += (bits * keep * events) / reference;
      }
      const upTo = new Float64Array(timesteps);
      let sum = 0;
      for (let t = 0; t < timesteps; t++) upTo[t] = sum += costOfStep[t];
      return {
        value: upTo.reduce((total, cost, t) => total + cost * probability[t], 0),
        mixGradient: gradient,
        ratesGradient,
        probabilityGradient: upTo,
      };
    },
  };
}
