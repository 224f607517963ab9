import { join } from 'node:path';
import type { FirmwareManifest } from '../../codegen/firmware/manifest.js';
import { readBytes } from '../../core/files.js';
import { useTool, type ToolRun } from '../tools.js';
import { parseCallGraphs } from './call-graph.js';
import { parseDisassembly } from './disassembly.js';
import { worstCase, type StackDepth } from './worst-case.js';

/**
 * What an exception pushes: eight words, and one to align the stack to eight bytes, rounded up to it (Armv7-M reference manual,
 * "Stack alignment on exception entry"). The images here never touch a floating-point register.
 */
export const EXCEPTION_FRAME_BYTES = 40;

/**
 * Deepest stack of the image: the program from reset and, since all interrupts have one priority, one handler on top.
 * @throws LitesnnError STACK_RECURSION, STACK_UNBOUNDED, STACK_UNKNOWN
 */
export async function analyzeStack(
  elf: string,
  objects: readonly string[],
  manifest: FirmwareManifest,
  run: ToolRun,
): Promise<StackDepth> {
  const program = {
    graph: parseCallGraphs(
      objects.map((object) => readBytes(join(run.folder, object.replace(/\.o$/, '.ci'))).toString('utf8')),
    ),
    disassembly: parseDisassembly(await useTool('objdump', ['-d', '--no-show-raw-insn', elf], run)),
    indirectCalls: manifest.indirectCalls,
  };
  const entry = worstCase(program, manifest.entry);
  const handlers = manifest.interruptHandlers.map((name) => worstCase(program, name));
  const deepest = handlers.reduce((a, b) => (b.bytes > a.bytes ? b : a), {
    bytes: 0,
    path: [] as readonly string[],
  });
  return {
    bytes: entry.bytes + EXCEPTION_FRAME_BYTES + deepest.bytes,
    path: [...entry.path, ...deepest.path],
  };
}
