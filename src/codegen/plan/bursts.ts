/**
 * Expected number of bursts for the spikes under a window: the mean of `ceil(spikes / length)`, spikes being independent, each of
 * `positions` with probability `rate` (normal approximation beyond the first).
 */
export function expectedBursts(positions: number, rate: number, length: number | undefined): number {
  if (length === undefined || positions === 0) return 0;
  const mean = positions * rate;
  const deviation = Math.sqrt(mean * (1 - rate));
  let bursts = 1 - (1 - rate) ** positions;
  for (let full = length; full < positions; full += length) {
    const more = deviation === 0 ? Number(mean > full) : upperTail((full + 0.5 - mean) / deviation);
    if (more < 1e-4) break;
    bursts += more;
  }
  return bursts;
}

/** Probability that a standard normal variable is above z (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
