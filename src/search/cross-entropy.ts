export interface TimestepEntropy {
  /** Mean over samples, weighed over the numbers of timesteps. */
  readonly value: number;
  /** `[T]`: cross-entropy of the mean of the logits of the first 1, 2, ... timesteps. */
  readonly byTimesteps: Float64Array;
  /** `[timestep][sample][class]`. */
  readonly logitsGradient: Float32Array;
}

/**
 * `sum_t probability_t * CE(mean of the logits of steps 1..t)`.
 * @param logits `[timestep][sample][class]`, each timestep's own
 * @param labels class of each sample
 * @param probability `[timestep]`
 */
export function timestepCrossEntropy(
  logits: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  probability: ArrayLike<number>,
): TimestepEntropy {
  const timesteps = probability.length;
  const samples = labels.length;
  const size = samples * classes;
  const sums = new Float64Array(size);
  const byTimesteps = new Float64Array(timesteps);
  const ofMean: Float64Array[] = [];
  for (let t = 0; t < timesteps; t++) {
    for (let i = 0; i < size; i++) sums[i] += logits[t * size + i];
    const gradient = new Float64Array(size);
    byTimesteps[t] = crossEntropyOfSums(sums, t + 1, labels, classes, gradient);
    ofMean.push(gradient);
  }
  // The logits of step s are part of every mean from s on.
  const logitsGradient = new Float32Array(timesteps * size);
  const later = new Float64Array(size);
  for (let t = timesteps - 1; t >= 0; t--) {
    for (let i = 0; i < size; i++) {
      later[i] += (probability[t] * ofMean[t][i]) / (t + 1);
      logitsGradient[t * size + i] = later[i];
    }
  }
  const value = byTimesteps.reduce((sum, entropy, t) => sum + probability[t] * entropy, 0);
  return { value, byTimesteps, logitsGradient };
}

/** Mean cross-entropy of `sums / steps`; fills `gradient` with its derivative with respect to the mean logits. */
function crossEntropyOfSums(
  sums: Float64Array,
  steps: number,
  labels: ArrayLike<number>,
  classes: number,
  gradient: Float64Array,
): number {
  let total = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const start = sample * classes;
    let highest = -Infinity;
    for (let k = 0; k < classes; k++) highest = Math.max(highest, sums[start + k] / steps);
    let normalizer = 0;
    for (let k = 0; k < classes; k++) {
      gradient[start + k] = Math.exp(sums[start + k] / steps - highest);
      normalizer += gradient[start + k];
    }
    for (let k = 0; k < classes; k++) gradient[start + k] /= normalizer * labels.length;
    const label = start + labels[sample];
    gradient[label] -= 1 / labels.length;
    total += Math.log(normalizer) + highest - sums[label] / steps;
  }
  return total / labels.length;
}
