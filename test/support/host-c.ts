import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../src/core/process.js';
import type { GeneratedFile } from '../../src/codegen/generated-file.js';

/** Every warning is an error, every undefined behaviour and stray access ends the program. */
export const STRICT_C = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wshadow'] as const;
export const SANITIZED = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover'] as const;

export interface Compilation {
  readonly compiler: string;
  readonly compile: readonly string[];
  /** Arguments of the linking call, after the objects. */
  readonly link: readonly string[];
}

export const SANITIZED_HOST: Compilation = {
  compiler: 'gcc',
  compile: [...STRICT_C, ...SANITIZED],
  link: SANITIZED,
};

/** Runs `body` with a new folder, which is removed afterwards. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'litesnn c '));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the files flat into the folder, compiles each `.c` on all processors and links; returns the program's path. */
export async function compileProgram(
  folder: string,
  files: readonly GeneratedFile[],
  how: Compilation,
): Promise<string> {
  for (const file of files) writeFileSync(join(folder, file.path), file.contents);
  const sources = files.map((file) => file.path).filter((path) => path.endsWith('.c'));
  const objects = sources.map((path) => path.replace(/\.c$/, '.o'));
  const waiting = sources.map((source, i) => ['-c', source, '-o', objects[i]]);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await runOrThrow(folder, how.compiler, [...how.compile, ...next]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  await runOrThrow(folder, how.compiler, [...objects, '-o', 'program', ...how.link]);
  return join(folder, 'program');
}

/** Compiles and runs a batch with the sanitizers; returns its record. */
export function runOnHost(
  files: readonly GeneratedFile[],
  how: Compilation = SANITIZED_HOST,
): Promise<Buffer> {
  return withFolder(async (folder) => {
    const program = await compileProgram(folder, files, how);
    await runOrThrow(folder, program, ['record.bin']);
    return readFileSync(join(folder, 'record.bin'));
  });
}

async function runOrThrow(folder: string, tool: string, args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await runTool(tool, args, { cwd: folder });
  if (status !== 0) throw new Error(`${tool} ended with ${status}: ${(stderr + stdout).slice(0, 2000)}`);
}
