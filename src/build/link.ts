import { linkFlags } from '../codegen/firmware/toolchain.js';
import type { Target } from '../targets/target.js';
import { tryTool, toolFailed, type ToolRun } from './tools.js';

export interface Linked {
  readonly elf: string;
  /** A memory was too small; the file is there to be measured, not to be run. */
  readonly overflowed: boolean;
}

/** @throws LitesnnError BUILD_FAILED, TOOL_MISSING */
export async function linkImage(target: Target, objects: readonly string[], run: ToolRun): Promise<Linked> {
  const elf = 'build/firmware.linked.elf';
  const args = [...linkFlags(target), ...objects, '-o', elf];
  const first = await tryTool('gcc', args, run);
  if (first.status === 0) return { elf, overflowed: false };
  if (!/region `?\w+'? overflowed/.test(first.stderr)) throw toolFailed('gcc', first);
  // Once more in spite of the error: a message with the largest parts needs them measured.
  const forced = await tryTool('gcc', ['-Wl,--noinhibit-exec', ...args], run);
  if (forced.stderr.includes('undefined reference')) throw toolFailed('gcc', forced);
  return { elf, overflowed: true };
}
