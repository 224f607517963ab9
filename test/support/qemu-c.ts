import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../../src/core/process.js';
import type { GeneratedFile } from '../../src/codegen/generated-file.js';
import { compileProgram, STRICT_C, withFolder, type Compilation } from './host-c.js';
import { supportC } from './library-batch.js';

const M4 = ['-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=soft'];

export const CORTEX_M4: Compilation = {
  compiler: 'arm-none-eabi-gcc',
  compile: [...M4, ...STRICT_C, '-O3', '-ffunction-sections', '-fdata-sections'],
  link: [...M4, '-nostartfiles', '-Wl,--gc-sections', '-T', 'mps2.ld'],
};

/** What a program needs beside a batch to run alone on an emulated Cortex-M4. */
export function semihostingFiles(): readonly GeneratedFile[] {
  return ['semihosting.c', 'mps2.ld'].map((path) => ({ path, contents: supportC(path) }));
}

/** Compiles for the Cortex-M4, runs on QEMU's mps2-an386 and returns what the program recorded. */
export function runOnM4(
  files: readonly GeneratedFile[],
  qemuOptions: readonly string[] = [],
): Promise<Buffer> {
  return withFolder(async (folder) => {
    const program = await compileProgram(folder, [...files, ...semihostingFiles()], CORTEX_M4);
    const machine = ['-M', 'mps2-an386', '-display', 'none', '-serial', 'none', '-monitor', 'none'];
    const semihosting = ['-semihosting-config', 'enable=on,target=native'];
    const run = [...machine, ...semihosting, ...qemuOptions, '-kernel', program];
    const { status, stderr } = await runTool('qemu-system-arm', run, { cwd: folder });
    if (status !== 0) throw new Error(`qemu-system-arm ended with ${status}: ${stderr.slice(0, 2000)}`);
    return readFileSync(join(folder, 'record.bin'));
  });
}

/** Tools of `names` that cannot be started. */
export async function missingTools(names: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of names) {
    await runTool(name, ['--version']).catch(() => missing.push(name));
  }
  return missing;
}
