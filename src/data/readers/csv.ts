import { problem, type ParseProblem } from '../data-error.js';

export interface CsvTable {
  readonly ok: true;
  readonly columns: readonly string[];
  /** Fields by column name, a row a record. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** One field and what ends it: quoted with doubled quotes inside, or plain (RFC 4180). */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** A table with a header line. Empty lines are skipped; every record must have as many fields as the header. */
export function parseCsv(source: string): CsvTable | ParseProblem {
  const records = recordsOf(source.replace(/^\uFEFF/, ''));
  if (typeof records === 'number') {
    return problem('DATA_MANIFEST_CSV', `is no CSV table: line ${records} has a quote out of place`);
  }
  if (records.length === 0) return problem('DATA_MANIFEST_CSV', 'is empty');
  const [header, ...body] = records;
  const columns = header.fields;
  const odd = body.find(({ fields }) => fields.length !== columns.length);
  if (odd !== undefined) {
    const found = `line ${odd.line} has ${odd.fields.length} fields, the header has ${columns.length}`;
    return problem('DATA_MANIFEST_CSV', `is no CSV table: ${found}`);
  }
  const rows = body.map(({ fields }) => Object.fromEntries(columns.map((name, i) => [name, fields[i]])));
  return { ok: true, columns, rows };
}

interface CsvRecord {
  readonly line: number;
  readonly fields: string[];
}

/** @returns the number of the first line that cannot be read instead of the records */
function recordsOf(source: string): CsvRecord[] | number {
  const records: CsvRecord[] = [];
  let line = 1;
  let fields: string[] = [];
  let start = line;
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < source.length || fields.length > 0) {
    const match: readonly (string | undefined)[] | null = FIELD.exec(source);
    if (match === null) return line;
    const [whole = '', quoted, plain = '', end] = match;
    fields.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    line += (whole.match(/\n/g) ?? []).length;
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '') records.push({ line: start, fields });
    fields = [];
    start = line;
    if (end === '') break;
  }
  return records;
}
