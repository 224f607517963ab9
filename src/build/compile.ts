import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProgressTask } from '../core/progress.js';
import { useTool, type ToolRun } from './tools.js';

/** Object file of a source, in the project's folder; the compiler puts its `.su` and `.ci` beside it. */
export function objectOf(source: string): string {
  return `build/${source.replace(/\.c$/, '.o')}`;
}

/**
 * Compiles all sources, as many at a time as the machine has cores, and stops at the first error.
 * @throws LitesnnError BUILD_FAILED, TOOL_MISSING
 */
export async function compileAll(
  sources: readonly string[],
  flags: readonly string[],
  run: ToolRun,
  task: ProgressTask,
): Promise<void> {
  const waiting = [...sources];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
      const object = objectOf(source);
      mkdirSync(dirname(join(run.folder, object)), { recursive: true });
      try {
        await useTool('gcc', [...flags, '-c', source, '-o', object], run);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
      task.update(++done, source);
    }
  };
  await settled(Array.from({ length: Math.min(availableParallelism(), sources.length) }, worker));
}

/** Waits for all, also when one fails: no compiler is left running behind an error. */
async function settled(workers: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(workers);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
