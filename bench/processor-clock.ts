import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readJson, writeJson } from '../src/core/files.js';

const record = z.strictObject({ seconds: z.number() });

/** Processor seconds of this process (all its threads) noted in a file, 0 where there is none. */
export function processorSeconds(path: string): number {
  return existsSync(path) ? record.parse(readJson(path)).seconds : 0;
}

/**
 * Does work and adds the processor seconds of this process, all threads, to those in the file: also when the work is interrupted, so that a
 * continued run tells what it took altogether. Unlike wall-clock time this hardly depends on what else the machine does.
 */
export async function timeProcessor(path: string, work: () => Promise<void>): Promise<void> {
  const before = processorSeconds(path);
  const start = process.cpuUsage();
  try {
    await work();
  } finally {
    const { user, system } = process.cpuUsage(start);
    writeJson(path, { seconds: before + (user + system) / 1e6 });
  }
}
