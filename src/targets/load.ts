import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import { packageRoot } from '../core/paths.js';
import { closest } from './closest.js';
import { targetSchema } from './schema.js';
import type { Target } from './target.js';

const targetsFolder = join(packageRoot, 'targets');
const extension = '.yaml';

/**
 * The target of that name from `targets/`, or from the YAML file at that path.
 * @throws LitesnnError TARGET_UNKNOWN, TARGET_INVALID, FILE_UNREADABLE
 */
export function loadTarget(nameOrPath: string): Target {
  if (nameOrPath.endsWith(extension) || /[\\/]/.test(nameOrPath)) return readTarget(nameOrPath);
  const path = join(targetsFolder, `${nameOrPath}${extension}`);
  if (!existsSync(path)) throw unknownTarget(nameOrPath);
  const target = readTarget(path);
  if (target.name !== nameOrPath)
    throw invalidTarget(path, [`name: must be ${nameOrPath}, as the file is called`]);
  return target;
}

/** All targets of this version, by name. */
export function listTargets(): Target[] {
  return targetNames().map(loadTarget);
}

function targetNames(): string[] {
  return readdirSync(targetsFolder)
    .filter((file) => file.endsWith(extension))
    .map((file) => basename(file, extension))
    .sort();
}

function readTarget(path: string): Target {
  const lines = new LineCounter();
  const document = parseDocument(readBytes(path).toString('utf8'), {
    lineCounter: lines,
    prettyErrors: false,
  });
  if (document.errors.length > 0) {
    throw invalidTarget(
      path,
      document.errors.map(({ message, pos: [start] }) => `line ${lines.linePos(start).line}: ${message}`),
    );
  }
  const checked = targetSchema.safeParse(document.toJS());
  if (!checked.success) throw invalidTarget(path, checked.error.issues.map(issueText));
  return checked.data;
}

function issueText(issue: z.core.$ZodIssue): string {
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}

function invalidTarget(path: string, problems: readonly string[]): LitesnnError {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new LitesnnError('TARGET_INVALID', ExitCode.usage, `${path}: ${problems[0]}${more}`, {
    hint: 'docs/boards.md describes every key',
    details: { path, problems },
  });
}

function unknownTarget(name: string): LitesnnError {
  const known = targetNames();
  const near = closest(name, known);
  return new LitesnnError('TARGET_UNKNOWN', ExitCode.usage, `there is no target "${name}"`, {
    hint: near === undefined ? `known targets: ${known.join(', ')}` : `did you mean ${near}?`,
    details: { name, known },
  });
}
