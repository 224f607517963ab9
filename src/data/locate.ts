import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Progress } from '../core/progress.js';
import { isArchive, unpackArchive } from './archive.js';
import { dataError } from './data-error.js';
import { DEFINITION_FILE, readDefinition, type Definition, type LocatedDefinition } from './definition.js';
import type { DataSource } from './recordings.js';

export interface LocateOptions {
  /** Folder, archive, or definition. */
  readonly path: string;
  /** Definition of the data at `path`. */
  readonly definition?: string | undefined;
  /** Folder that the `path` of a definition starts from, instead of the definition's own. */
  readonly dataRoot?: string | undefined;
  readonly cacheFolder: string;
}

export interface LocatedData {
  readonly source: DataSource;
  readonly definition: Definition | undefined;
  readonly name: string;
}

/** Folder or archive that holds the data, which is elsewhere when a definition was given. @throws LitesnnError DATA_NOT_FOUND */
export function dataPath(options: Omit<LocateOptions, 'cacheFolder'>): string {
  const given = locateDefinition(options);
  const path =
    given === undefined || options.definition !== undefined ? options.path : dataOf(given, options.dataRoot);
  if (existsSync(path)) return path;
  const hint = 'give the folder, .tar.gz or dataset.yaml of a data set';
  throw dataError('DATA_NOT_FOUND', `${path} does not exist`, hint);
}

/** Finds the folder with the data and its definition; unpacks an archive. */
export async function locateData(options: LocateOptions, progress: Progress): Promise<LocatedData> {
  const given = locateDefinition(options);
  const path = dataPath(options);
  const source = { root: await rootOf(path, options.cacheFolder, progress), title: path };
  const definition = given?.definition ?? definitionInside(source.root);
  return { source, definition, name: definition?.name ?? nameOf(path) };
}

function locateDefinition({
  path,
  definition,
}: Pick<LocateOptions, 'path' | 'definition'>): LocatedDefinition | undefined {
  if (definition !== undefined) return readDefinition(definition);
  return /\.ya?ml$/i.test(path) ? readDefinition(path) : undefined;
}

function dataOf({ definition, folder, file }: LocatedDefinition, dataRoot: string | undefined): string {
  const base = dataRoot ?? folder;
  const candidates = [definition.path ?? '.'].flat().map((candidate) => resolve(base, candidate));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  const hint = 'unpack the data there, change "path", or give the data root';
  throw dataError('DATA_NOT_FOUND', `${file}: no data at ${candidates.join(' or ')}`, hint);
}

async function rootOf(path: string, cacheFolder: string, progress: Progress): Promise<string> {
  if (statSync(path).isDirectory()) return path;
  if (isArchive(path)) return onlyFolder(await unpackArchive(path, cacheFolder, progress));
  throw dataError('DATA_NOT_A_SET', `${path} is neither a folder, a .tar.gz nor a .yaml definition`);
}

/** Archives usually hold one folder that holds everything: that one is the root. */
function onlyFolder(folder: string): string {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.length === 1 && entries[0].isDirectory() ? join(folder, entries[0].name) : folder;
}

function definitionInside(root: string): Definition | undefined {
  const file = join(root, DEFINITION_FILE);
  return existsSync(file) ? readDefinition(file).definition : undefined;
}

function nameOf(path: string): string {
  return basename(resolve(path)).replace(/\.(tar\.gz|tgz)$/i, '');
}
