/**
 * Non-negative least squares by coordinate descent: the x >= 0 that makes the sum of squares of `rows * x - targets` least.
 * Columns are scaled to length 1, so that counts of very different size converge alike.
 */
export function nonNegativeLeastSquares(rows: readonly Float64Array[], targets: Float64Array): Float64Array {
  const columns = rows.length === 0 ? 0 : rows[0].length;
  const lengths = Float64Array.from({ length: columns }, (_, j) =>
    Math.sqrt(rows.reduce((sum, row) => sum + row[j] * row[j], 0)),
  );
  const scaled = rows.map((row) => row.map((value, j) => (lengths[j] === 0 ? 0 : value / lengths[j])));
  const gram = gramOf(scaled, columns);
  const product = Float64Array.from({ length: columns }, (_, j) =>
    scaled.reduce((sum, row, i) => sum + row[j] * targets[i], 0),
  );
  const x = new Float64Array(columns);
  for (let round = 0; round < ROUNDS; round++) {
    if (descend(x, gram, product) < SMALLEST_CHANGE) break;
  }
  return x.map((value, j) => (lengths[j] === 0 ? 0 : value / lengths[j]));
}

const ROUNDS = 50_000;
const SMALLEST_CHANGE = 1e-9;

function gramOf(rows: readonly Float64Array[], columns: number): readonly Float64Array[] {
  return Array.from({ length: columns }, (_, a) =>
    Float64Array.from({ length: columns }, (__, b) => rows.reduce((sum, row) => sum + row[a] * row[b], 0)),
  );
}

/** One round over all coordinates; returns the largest change. */
function descend(x: Float64Array, gram: readonly Float64Array[], product: Float64Array): number {
  let largest = 0;
  for (let j = 0; j < x.length; j++) {
    if (gram[j][j] === 0) continue;
    const slope = gram[j].reduce((sum, value, k) => sum + value * x[k], -product[j]);
    const next = Math.max(0, x[j] - slope / gram[j][j]);
    largest = Math.max(largest, Math.abs(next - x[j]));
    x[j] = next;
  }
  return largest;
}
