import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { manifestPath, manifestSchema, type FirmwareManifest } from '../codegen/firmware/manifest.js';
import { sourceFolders } from '../codegen/firmware/toolchain.js';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readJson } from '../core/files.js';
import type { Target } from '../targets/target.js';

/** A generated project on disk. */
export interface FirmwareFolder {
  readonly folder: string;
  readonly manifest: FirmwareManifest;
  /** C files relative to the folder, in the order of linking. */
  readonly sources: readonly string[];
}

/** @throws LitesnnError PROJECT_INVALID, PROJECT_OTHER_TARGET, FILE_UNREADABLE, FILE_NOT_JSON */
export function openProject(folder: string, target: Target, kind: FirmwareManifest['kind']): FirmwareFolder {
  const path = join(folder, manifestPath);
  const checked = manifestSchema.safeParse(readJson(path));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw invalid(`${path}: ${issue.path.join('.')}: ${issue.message}`);
  }
  const manifest = checked.data;
  if (manifest.kind !== kind)
    throw invalid(`${folder} is the project of ${describe(manifest.kind)}, not of ${describe(kind)}`);
  if (manifest.target !== target.name) {
    throw new LitesnnError(
      'PROJECT_OTHER_TARGET',
      ExitCode.usage,
      `${folder} was generated for ${manifest.target}, not for ${target.name}`,
      { hint: 'generate it for this target, or build for the other' },
    );
  }
  const sources = findSources(folder);
  if (sources.length === 0) throw invalid(`${folder} has no C files`);
  return { folder, manifest, sources };
}

function findSources(folder: string): string[] {
  return sourceFolders
    .flatMap((name) => filesOf(join(folder, name)).map((file) => `${name}/${file}`))
    .filter((file) => file.endsWith('.c'))
    .sort();
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // An application has no boot folder, a bootloader neither app nor lib.
    return [];
  }
}

function describe(kind: FirmwareManifest['kind']): string {
  return kind === 'application' ? 'an application' : 'a bootloader';
}

function invalid(message: string): LitesnnError {
  return new LitesnnError('PROJECT_INVALID', ExitCode.usage, message, { hint: 'generate it again' });
}
