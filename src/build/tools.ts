import { toolPrefix } from '../codegen/firmware/toolchain.js';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { runTool, type ToolResult } from '../core/process.js';

export type CrossTool = 'gcc' | 'objcopy' | 'objdump' | 'nm' | 'size';

export interface ToolRun {
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a tool of the cross toolchain in the project's folder, so that all paths it sees are relative. */
export async function tryTool(tool: CrossTool, args: readonly string[], run: ToolRun): Promise<ToolResult> {
  const { folder, signal } = run;
  return runTool(
    `${toolPrefix}${tool}`,
    args,
    signal === undefined ? { cwd: folder } : { cwd: folder, signal },
  );
}

/** The same, and what it printed. @throws LitesnnError BUILD_FAILED with the first line of its complaint, TOOL_MISSING */
export async function useTool(tool: CrossTool, args: readonly string[], run: ToolRun): Promise<string> {
  const result = await tryTool(tool, args, run);
  if (result.status !== 0) throw toolFailed(tool, result);
  return result.stdout;
}

export function toolFailed(tool: CrossTool, { stderr, status }: ToolResult): LitesnnError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const complaint =
    lines.find((line) => /\berror\b|undefined reference|multiple definition|cannot find/i.test(line)) ??
    lines.at(0);
  return new LitesnnError(
    'BUILD_FAILED',
    ExitCode.build,
    complaint?.trim() ?? `${toolPrefix}${tool} failed with status ${status}`,
    {
      hint: 'the project was changed, or this compiler is not supported: try GCC 12 or newer',
      details: { tool: `${toolPrefix}${tool}`, status, stderr },
    },
  );
}

/** First line of `gcc --version`. */
export async function compilerVersion(run: ToolRun): Promise<string> {
  return (await useTool('gcc', ['--version'], run)).split('\n')[0];
}
