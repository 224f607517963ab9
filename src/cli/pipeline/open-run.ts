import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { makeFolder, temporaryFile, writingError } from '../../core/files.js';
import type { RunFolder } from './run-folder.js';

const LOCK = 'run.lock';

const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string() });

/** When a process began, in the kernel's own unit: tells it from a later one with the same number. Empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    // Field 22; the second, the name in brackets, may hold spaces.
    const [, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?!.*\) )/s);
    return fields.join('').split(' ')[19];
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Process that works in the folder, or undefined when it was killed and left its lock behind. */
function holderOf(lock: string): number | undefined {
  try {
    const { pid, started } = holderSchema.parse(JSON.parse(readFileSync(lock, 'utf8')));
    return isAlive(pid) && startOf(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

function takeLock(lock: string): void {
  const text = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  try {
    writeFileSync(lock, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw writingError(lock, cause);
    const holder = holderOf(lock);
    if (holder !== undefined) {
      throw new LitesnnError(
        'RUN_BUSY',
        ExitCode.usage,
        `process ${holder} is working on this run (${lock})`,
        {
          hint: 'wait for it to end, or choose another folder',
        },
      );
    }
    rmSync(lock, { force: true });
    writeFileSync(lock, text, { flag: 'wx' });
  }
}

/** A folder of somebody else's files must not become a run by a slip of the keyboard. */
function checkFolder(folder: RunFolder): void {
  if (existsSync(folder.settings)) return;
  const others = readdirSync(folder.root).filter((name) => name !== LOCK && !temporaryFile.test(name));
  if (others.length === 0) return;
  throw new LitesnnError(
    'RUN_NOT_EMPTY',
    ExitCode.usage,
    `${folder.root} is not the folder of a run and holds ${others[0]}`,
    { hint: 'choose a new or empty folder' },
  );
}

function removeLeftovers(folder: RunFolder): void {
  const { root, data, search, model, firmware, flash, measure, energy, report, compare, stages } = folder;
  const inside = [data, search, model, firmware, flash, measure, energy, report, compare, stages]
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)),
    );
  const atTop = readdirSync(root).map((name) => join(root, name));
  for (const path of [...inside, ...atTop]) {
    if (temporaryFile.test(path)) rmSync(path, { force: true });
  }
}

/**
 * Makes the folder of a run this process's own, and clears away what one that was killed left half written.
 * @returns function that gives the folder back
 * @throws LitesnnError RUN_BUSY, RUN_NOT_EMPTY, FILE_UNWRITABLE, DISK_FULL (exit 2)
 */
export function openRun(folder: RunFolder): () => void {
  makeFolder(folder.root);
  checkFolder(folder);
  const lock = join(folder.root, LOCK);
  takeLock(lock);
  removeLeftovers(folder);
  return () => {
    rmSync(lock, { force: true });
  };
}
