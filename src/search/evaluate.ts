import { elementsOf } from '../core/geometry.js';
import type { Split } from '../data/dataset.js';
import type { Mix, TrainingSession } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';

/** Mix of a network without choices. */
export const NO_CHOICES: Mix = { gates: new Float32Array(0), bits: [], keep: [] };

export interface Evaluation {
  /** Fraction of samples whose class has the largest sum of logits, the lowest index on a tie. */
  readonly accuracy: number;
  /** `[population][timestep]`, spikes per neuron and sample. */
  readonly rates: Float32Array;
}

/**
 * Accuracy and firing rates of a network on a split. The last batch is filled up with samples from before it: they
 * are not counted in the accuracy, and the batch weighs in the rates by its new samples alone.
 * @param steps timesteps whose logits are summed; all by default
 */
export async function evaluateNetwork(
  session: TrainingSession,
  graph: TrainingGraph,
  split: Split,
  mix: Mix = NO_CHOICES,
  steps: number = graph.timesteps,
): Promise<Evaluation> {
  const { batch } = session;
  const size = elementsOf(graph.input);
  const { classes } = graph.head;
  const rates = new Float64Array(graph.populations.length * graph.timesteps);
  let right = 0;
  for (let start = 0; start < split.count; start += batch) {
    const first = Math.max(0, Math.min(start, split.count - batch));
    const inputs = new Int8Array(batch * size);
    for (let i = 0; i < batch; i++) {
      // A split smaller than a batch repeats itself.
      const sample = (first + i) % split.count;
      inputs.set(split.inputs.subarray(sample * size, (sample + 1) * size), i * size);
    }
    const outputs = await session.evaluate(inputs, mix);
    const fresh = Math.min(batch, split.count - start);
    for (let i = start - first; i < start - first + fresh; i++) {
      const guess = classOf(outputs.logits, i, batch, classes, steps);
      if (guess === split.labels[first + i]) right++;
    }
    outputs.rates.forEach((rate, i) => {
      rates[i] += (rate * fresh) / split.count;
    });
  }
  return { accuracy: right / split.count, rates: Float32Array.from(rates) };
}

function classOf(
  logits: Float32Array,
  sample: number,
  batch: number,
  classes: number,
  steps: number,
): number {
  let best = 0;
  let highest = -Infinity;
  for (let k = 0; k < classes; k++) {
    let sum = 0;
    for (let t = 0; t < steps; t++) sum += logits[(t * batch + sample) * classes + k];
    if (sum > highest) {
      highest = sum;
      best = k;
    }
  }
  return best;
}

/** Mean firing rate over populations and timesteps, each population counted alike. */
export function meanRate(rates: Float32Array): number {
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}
