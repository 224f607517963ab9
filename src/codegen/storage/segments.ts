/** Rows of fields that all have weights in the same places. */
export interface Segment {
  readonly rows: number;
  /** Bit i: field i of a row stands for a weight. */
  readonly mask: number;
}

export interface Segments {
  /** Fields of a row, 1..32. */
  readonly rowFields: number;
  readonly segments: readonly Segment[];
}

const MOST_ROW_FIELDS = 32;
/** Counted in three bits. */
export const MOST_SEGMENTS = 8;

export function fullMask(rowFields: number): number {
  return 2 ** rowFields - 1;
}

/** How absent fields lie, in the fewest runs of equal rows; undefined where there is no order in them. */
export function segmentsOf(present: readonly boolean[] | undefined, fields: number): Segments | undefined {
  if (present === undefined) return { rowFields: 1, segments: [{ rows: fields, mask: 1 }] };
  let best: Segments | undefined;
  for (let rowFields = 1; rowFields <= MOST_ROW_FIELDS; rowFields++) {
    if (fields % rowFields !== 0) continue;
    const segments = runsOf(present, rowFields);
    if (segments === undefined) continue;
    if (best === undefined || segments.length < best.segments.length) best = { rowFields, segments };
  }
  return best;
}

function runsOf(present: readonly boolean[], rowFields: number): readonly Segment[] | undefined {
  const runs: { rows: number; mask: number }[] = [];
  for (let first = 0; first < present.length; first += rowFields) {
    let mask = 0;
    for (let i = 0; i < rowFields; i++) if (present[first + i]) mask += 2 ** i;
    const last = runs.at(-1);
    if (last?.mask === mask) last.rows++;
    else if (runs.push({ rows: 1, mask }) > MOST_SEGMENTS) return undefined;
  }
  return runs;
}
