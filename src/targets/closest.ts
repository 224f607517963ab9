/** Edit distance (Levenshtein): single characters inserted, removed or replaced. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The candidate that was probably meant, for "did you mean"; undefined when none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({
      candidate,
      // "an386" for "mps2-an386": a part of a name is near whatever it lacks.
      score: word.length >= 3 && candidate.includes(word) ? 0 : distance(word.toLowerCase(), candidate),
    }))
    .sort((a, b) => a.score - b.score);
  const best = scored.at(0);
  return best !== undefined && best.score <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}
