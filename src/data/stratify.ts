import { Random } from '../core/random.js';

/**
 * Seeded choice of `count` samples in which each class has its share (largest remainders get the odd ones).
 * @returns indices in ascending order; all of them when there are no more than `count`
 */
export function stratifiedIndices(labels: ArrayLike<number>, count: number, seed: number): number[] {
  const total = labels.length;
  if (count >= total) return Array.from({ length: total }, (_, index) => index);
  const random = Random.fromSeed(seed);
  const members = membersByClass(labels);
  const quotas = members.map((indices) => {
    const exact = (indices.length * count) / total;
    return { indices, whole: Math.floor(exact), rest: exact - Math.floor(exact) };
  });
  let missing = count - quotas.reduce((sum, quota) => sum + quota.whole, 0);
  for (const quota of [...quotas].sort((a, b) => b.rest - a.rest)) {
    if (missing === 0) break;
    quota.whole++;
    missing--;
  }
  const chosen = quotas.flatMap(({ indices, whole }) => random.shuffle([...indices]).slice(0, whole));
  return chosen.sort((a, b) => a - b);
}

function membersByClass(labels: ArrayLike<number>): number[][] {
  const members = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const indices = members.get(labels[i]);
    if (indices === undefined) members.set(labels[i], [i]);
    else indices.push(i);
  }
  return [...members].sort(([a], [b]) => a - b).map(([, indices]) => indices);
}
