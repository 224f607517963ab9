import { dataError, errorOfProblem } from '../data-error.js';
import { titleOf, type DataSource } from '../recordings.js';
import { parseCsv } from './csv.js';
import { readPlainOrGzip } from './gzip.js';

/** Column with the path below the data's root. */
const FILE_COLUMN = 'file';

/** What a manifest says about a file. */
export interface Manifest {
  /** @throws LitesnnError DATA_MANIFEST_COLUMN, DATA_MANIFEST_NO_ROW */
  readonly cell: (file: string, column: string) => string;
}

/** @throws LitesnnError DATA_FILE_MISSING, DATA_MANIFEST_CSV, DATA_MANIFEST_COLUMN, DATA_MANIFEST_REPEATED */
export function readManifest(source: DataSource, manifest: string | undefined): Manifest {
  if (manifest === undefined) return { cell: withoutManifest };
  const title = titleOf(source, manifest);
  const table = parseCsv(Buffer.from(readPlainOrGzip(source, manifest)).toString('utf8'));
  if (!table.ok) throw errorOfProblem(title, table);
  const checkColumn = (column: string): void => {
    if (table.columns.includes(column)) return;
    const hint = `its columns are ${table.columns.join(', ')}`;
    throw dataError('DATA_MANIFEST_COLUMN', `${title} has no column "${column}"`, hint);
  };
  checkColumn(FILE_COLUMN);
  const rows = new Map<string, Readonly<Record<string, string>>>();
  for (const row of table.rows) {
    const file = row[FILE_COLUMN].replaceAll('\\', '/').replace(/^\.\//, '');
    if (rows.has(file)) throw dataError('DATA_MANIFEST_REPEATED', `${title} has two rows for ${file}`);
    rows.set(file, row);
  }
  return {
    cell: (file, column) => {
      checkColumn(column);
      const row = rows.get(file);
      if (row !== undefined) return row[column];
      const hint = 'add a row, or leave the file out with files in the definition';
      throw dataError('DATA_MANIFEST_NO_ROW', `${title} has no row for ${file}`, hint);
    },
  };
}

function withoutManifest(file: string, column: string): string {
  throw dataError(
    'DATA_MANIFEST_COLUMN',
    `${file}: the definition asks for column "${column}" but names no manifest`,
    'add manifest: manifest.csv to the definition',
  );
}
