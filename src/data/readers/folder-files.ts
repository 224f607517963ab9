import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Deeper than any data set; ends a loop of links. */
const MAX_DEPTH = 8;

/** Files below `root` as paths with `/`, sorted by code unit so that every machine sees the same order. */
export function filesBelow(root: string): string[] {
  const files: string[] = [];
  collect(root, '', 0, files);
  return files.sort();
}

function collect(root: string, folder: string, depth: number, files: string[]): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isFolder(root, path, entry)) {
      if (depth < MAX_DEPTH) collect(root, path, depth + 1, files);
    } else {
      files.push(path);
    }
  }
}

/** A link to a folder counts as a folder; a dangling link is a file that cannot be read, which is reported later. */
function isFolder(
  root: string,
  path: string,
  entry: { isDirectory(): boolean; isSymbolicLink(): boolean },
): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
