import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(start: string): string {
  let folder = start;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${start}`);
    folder = parent;
  }
  return folder;
}

/** Folder of this package: `templates/` and `targets/` are beside its package.json, in a checkout and when installed. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
