import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../../src/core/process.js';
import type { GeneratedFile } from '../../src/codegen/generated-file.js';
import { compileProgram, STRICT_C, withFolder, type Compilation } from './host-c.js';
import { supportC } from './library-batch.js';

function bareProgram(core: string, script: string): Compilation {
  const flags = [`-mcpu=${core}`, '-mthumb', '-mfloat-abi=soft'];
  return {
    compiler: 'arm-none-eabi-gcc',
    compile: [...flags, ...STRICT_C, '-O3', '-ffunction-sections', '-fdata-sections'],
    link: [...flags, '-nostartfiles', '-Wl,--gc-sections', '-T', script],
  };
}

export const CORTEX_M4 = bareProgram('cortex-m4', 'mps2.ld');

/** The flags that firmware for this core is compiled with: no floating point, so no Helium. */
const CORTEX_M55 = bareProgram('cortex-m55', 'mps3.ld');

/** What a program needs beside a batch to run alone on an emulated Cortex-M4 or M55. */
export function semihostingFiles(): readonly GeneratedFile[] {
  return ['semihosting.c', 'mps2.ld', 'mps3.ld'].map((path) => ({ path, contents: supportC(path) }));
}

/** Compiles for the Cortex-M4, runs on QEMU's mps2-an386 and returns what the program recorded. */
export function runOnM4(
  files: readonly GeneratedFile[],
  qemuOptions: readonly string[] = [],
): Promise<Buffer> {
  return run({ machine: 'mps2-an386', compilation: CORTEX_M4 }, files, qemuOptions);
}

/** The same on a Cortex-M55, QEMU's mps3-an547. */
export function runOnM55(files: readonly GeneratedFile[]): Promise<Buffer> {
  return run({ machine: 'mps3-an547', compilation: CORTEX_M55 }, files, []);
}

function run(
  { machine: board, compilation }: { readonly machine: string; readonly compilation: Compilation },
  files: readonly GeneratedFile[],
  qemuOptions: readonly string[],
): Promise<Buffer> {
  return withFolder(async (folder) => {
    const program = await compileProgram(folder, [...files, ...semihostingFiles()], compilation);
    const machine = ['-M', board, '-display', 'none', '-serial', 'none', '-monitor', 'none'];
    const semihosting = ['-semihosting-config', 'enable=on,target=native'];
    const options = [...machine, ...semihosting, ...qemuOptions, '-kernel', program];
    const { status, stderr } = await runTool('qemu-system-arm', options, { cwd: folder });
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
