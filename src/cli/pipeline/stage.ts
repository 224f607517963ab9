import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ExitCode, interrupted, LitesnnError } from '../../core/errors.js';
import { readJson, sha256, writeJson } from '../../core/files.js';
import { toolVersion } from '../../core/version.js';
import type { CommandContext } from '../context.js';
import type { BoardHolder } from './board-holder.js';
import type { RunFolder } from './run-folder.js';
import type { RunSettings } from './settings.js';

export const stageNames = ['data', 'search', 'generate', 'build', 'flash', 'measure', 'report'] as const;
export type StageName = (typeof stageNames)[number];

/** What a stage works with. */
export interface StageContext extends CommandContext {
  readonly folder: RunFolder;
  readonly settings: RunSettings;
  readonly board: BoardHolder;
}

/** One step of a run, from the files of the stages before it to its own. */
export interface Stage {
  readonly name: StageName;
  /** The settings that its result depends on, beside the stages before it. */
  dependsOn(settings: RunSettings): unknown;
  /** Files that prove that it was done. */
  outputs(folder: RunFolder, settings: RunSettings): readonly string[];
  /** What the next stage depends on, where that is less than everything this one depends on. */
  identity?(folder: RunFolder): string;
  work(context: StageContext & { readonly key: string }): Promise<void>;
}

const stageRecord = z.object({
  stage: z.enum(stageNames),
  /** Hash of everything the stage's result depends on. */
  key: z.string(),
  /** Identity of the result of the stage before, from which this one started. */
  upstream: z.string(),
  /** Identity of this stage's result; empty until it is complete. */
  identity: z.string(),
  /** Wall-clock seconds of work, over all attempts that were interrupted and continued. */
  seconds: z.number(),
  complete: z.boolean(),
  finished: z.string(),
});
export type StageRecord = z.infer<typeof stageRecord>;

function recordPath(folder: RunFolder, stage: StageName): string {
  return join(folder.stages, `${stage}.json`);
}

/** The record of a stage, or undefined when it never ran (or its record is not one: then it runs again). */
export function readStage(folder: RunFolder, stage: StageName): StageRecord | undefined {
  const path = recordPath(folder, stage);
  if (!existsSync(path)) return undefined;
  const parsed = stageRecord.safeParse(readJson(path));
  return parsed.success ? parsed.data : undefined;
}

/** Identity of the result of the stage before, which must be complete, as must all before it, each of the one before. */
function upstreamIdentity(folder: RunFolder, stage: StageName): string {
  let identity = '';
  for (const name of stageNames.slice(0, stageNames.indexOf(stage))) {
    const record = readStage(folder, name);
    if (record?.complete !== true || record.upstream !== identity) {
      const lack = record?.complete === true ? 'older than the stage before it' : 'not complete';
      throw new LitesnnError(
        'STAGE_MISSING',
        ExitCode.usage,
        `${stage} starts from the files of ${name}, which is ${lack} in ${folder.root}`,
        { hint: `do all stages with litesnn run, or that one: litesnn ${commandOf(name, folder)}` },
      );
    }
    identity = record.identity;
  }
  return identity;
}

/** Whether the stage's result is there and belongs to the results of all stages before it. */
export function isCurrent(folder: RunFolder, stage: StageName): boolean {
  let identity = '';
  for (const name of stageNames.slice(0, stageNames.indexOf(stage) + 1)) {
    const record = readStage(folder, name);
    if (record?.complete !== true || record.upstream !== identity) return false;
    identity = record.identity;
  }
  return true;
}

function commandOf(stage: StageName, { root }: RunFolder): string {
  return stage === 'data' ? `data convert <dataset> --run ${root}` : `${stage} --run ${root}`;
}

export interface StageOptions {
  /** Does the work also where its result is there: the world outside the files may have changed. */
  readonly again?: boolean;
}

/**
 * Does the work of a stage unless a complete record with the same key and all its outputs is there. Work that throws leaves an
 * incomplete record with the seconds so far, so that a continued run tells its true duration.
 */
export async function runStage(
  context: StageContext,
  stage: Stage,
  { again = false }: StageOptions = {},
): Promise<void> {
  const { folder, settings, progress, signal } = context;
  if (signal.aborted) throw interrupted(stage.name);
  const upstream = upstreamIdentity(folder, stage.name);
  const key = sha256(JSON.stringify([stage.name, toolVersion, stage.dependsOn(settings), upstream]));
  const before = readStage(folder, stage.name);
  const same = before?.key === key;
  if (
    !again &&
    same &&
    before.complete &&
    stage.outputs(folder, settings).every((path) => existsSync(path))
  ) {
    progress.note(`${stage.name}: unchanged, done before in ${before.seconds.toFixed(0)} s`);
    return;
  }
  const started = Date.now();
  const spent = same && !before.complete ? before.seconds : 0;
  const record = (identity: string | undefined): void => {
    const value: StageRecord = {
      stage: stage.name,
      key,
      upstream,
      identity: identity ?? '',
      seconds: spent + (Date.now() - started) / 1000,
      complete: identity !== undefined,
      finished: new Date().toISOString(),
    };
    writeJson(recordPath(folder, stage.name), value);
  };
  progress.note(`${stage.name}: ${spent > 0 ? 'continues' : 'starts'}`);
  // From here on the old result may be gone: whoever is killed now must not be taken for done.
  record(undefined);
  try {
    await stage.work({ ...context, key });
  } catch (error) {
    keepSeconds(() => {
      record(undefined);
    });
    throw error;
  }
  record(stage.identity?.(folder) ?? key);
  progress.note(`${stage.name}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Where even the record cannot be written (a full disk), what went wrong first is what the user has to hear. */
function keepSeconds(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof LitesnnError)) throw error;
  }
}
