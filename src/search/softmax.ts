/** `scale * softmax(row)`; finite for any finite row. */
export function softmax(row: Float32Array, scale = 1): Float32Array {
  const highest = Math.max(...row);
  const exponentials = Float64Array.from(row, (value) => Math.exp(value - highest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return Float32Array.from(exponentials, (value) => (scale * value) / total);
}

/**
 * Gradient with respect to the row, given `weights = scale * softmax(row)` and the gradient with respect to `weights`:
 * `weights_i * (g_i - sum_j g_j * weights_j / scale)`.
 */
export function softmaxGradient(
  weights: ArrayLike<number>,
  gradient: ArrayLike<number>,
  scale = 1,
): Float32Array {
  let mean = 0;
  for (let i = 0; i < weights.length; i++) mean += (gradient[i] * weights[i]) / scale;
  return Float32Array.from(weights, (weight, i) => weight * (gradient[i] - mean));
}

/** Index of the largest value, the lowest on a tie. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
