import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, type ReadEntry } from 'tar';
import { LitesnnError, messageOf } from '../core/errors.js';
import type { Progress } from '../core/progress.js';
import { dataError } from './data-error.js';

export function isArchive(path: string): boolean {
  return /\.(tar\.gz|tgz)$/i.test(path);
}

/** `$LITESNN_CACHE`, else `$XDG_CACHE_HOME/litesnn`, else `~/.cache/litesnn`. */
export function defaultCacheFolder(): string {
  const { LITESNN_CACHE, XDG_CACHE_HOME } = process.env;
  return LITESNN_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'litesnn');
}

/**
 * Unpacks a `.tar.gz` once into the cache, under the SHA-256 of the archive: a changed archive never meets old files. The folder
 * gets its name only when it is complete.
 * @returns folder with the archive's content
 * @throws LitesnnError DATA_ARCHIVE_CORRUPT, DATA_ARCHIVE_UNSAFE (links, devices, absolute names, `..`)
 */
export async function unpackArchive(
  archive: string,
  cacheFolder: string,
  progress: Progress,
): Promise<string> {
  const parent = join(cacheFolder, 'datasets');
  const folder = join(parent, await hashOf(archive));
  if (existsSync(folder)) return folder;
  progress.note(`unpacking ${archive} into ${folder}`);
  mkdirSync(parent, { recursive: true });
  const partial = mkdtempSync(join(parent, 'partial-'));
  try {
    await extractChecked(archive, partial);
    moveInto(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

function moveInto(partial: string, folder: string): void {
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Another process unpacked the same archive first: its folder has the same content.
    if (!existsSync(folder)) throw error;
  }
}

async function extractChecked(archive: string, folder: string): Promise<void> {
  let unsafe: LitesnnError | undefined;
  const filter = (_path: string, entry: unknown): boolean => {
    const { type, path } = entry as ReadEntry;
    unsafe ??= unsafeEntry(archive, type, path);
    return unsafe === undefined;
  };
  try {
    await extract({ file: archive, cwd: folder, strict: true, preservePaths: false, filter });
  } catch (cause) {
    throw (
      unsafe ??
      dataError(
        'DATA_ARCHIVE_CORRUPT',
        `${archive} cannot be unpacked: ${messageOf(cause)}`,
        'fetch the file again',
        cause,
      )
    );
  }
  if (unsafe !== undefined) throw unsafe;
}

function unsafeEntry(archive: string, type: string, path: string): LitesnnError | undefined {
  const plain = type === 'File' || type === 'OldFile' || type === 'Directory';
  const inside = !/^([\\/]|[A-Za-z]:)/.test(path) && !path.split(/[\\/]/).includes('..');
  if (plain && inside) return undefined;
  const reason = plain
    ? 'would be written outside its folder'
    : `is a ${type}; only files and folders are allowed`;
  return dataError('DATA_ARCHIVE_UNSAFE', `${archive}: entry "${path}" ${reason}`, 'do not use this archive');
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
