import { existsSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { makeFolder, readBytes, sha256 } from '../../core/files.js';
import { packageRoot } from '../../core/paths.js';
import { runTool } from '../../core/process.js';
import type { Target } from '../../targets/target.js';

const SOURCE = join(packageRoot, 'templates', 'emulator', 'activity.c');

/** Board time of a slice of instructions: a few samples of a 100 kS/s analyzer. */
export const SLICE_SECONDS = 50e-6;

/** The plugin as a shared object, compiled once per version of its source. Rejects with `TOOL_MISSING` without a C compiler. */
async function compiledPlugin(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'litesnn');
  const path = join(folder, `activity-${sha256(readBytes(SOURCE)).slice(0, 16)}.so`);
  if (existsSync(path)) return path;
  makeFolder(folder);
  const temporary = `${path}.${process.pid}.tmp`;
  const { status, stderr } = await runTool('gcc', [
    ...['-std=c11', '-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror'],
    ...['-o', temporary, SOURCE],
  ]);
  if (status !== 0) {
    rmSync(temporary, { force: true });
    throw new LitesnnError('EMULATOR_PLUGIN', ExitCode.build, `gcc refused ${SOURCE}: ${stderr.trim()}`);
  }
  renameSync(temporary, path);
  return path;
}

/**
 * Arguments for a QEMU that tells, on stderr, what its core and marker do (see `ActivityParser`).
 * Rejects with `EMULATOR_NO_ACTIVITY` (exit code 2) for machines whose marker QEMU does not tell.
 */
export async function activityArguments(target: Target): Promise<string[]> {
  if (target.family !== 'mps2' || target.marker?.base === undefined) {
    throw new LitesnnError(
      'EMULATOR_NO_ACTIVITY',
      ExitCode.usage,
      `the emulator of ${target.name} does not tell what the board does, so there is nothing to simulate a current from`,
      { hint: 'use a board of the family mps2' },
    );
  }
  const plugin = await compiledPlugin();
  const { flash } = target.memory;
  const slice = Math.max(1, Math.round((SLICE_SECONDS * target.clockHz) / target.cyclesPerInstruction.value));
  const arguments_ = [
    `slice=${slice}`,
    `flash=${flash.origin}`,
    `end=${flash.origin + flash.bytes}`,
    `marker=${target.marker.base}`,
  ];
  return [
    ...['-plugin', `${plugin},${arguments_.join(',')}`],
    ...['-d', 'plugin'],
    ...['-trace', 'mps2_fpgaio_write', '-trace', 'mps2_fpgaio_reset'],
    ...['-trace', 'systick_write', '-trace', 'systick_timer_tick'],
  ];
}
