import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ExitCode, interrupted, LitesnnError } from './errors.js';

export interface ToolResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Debian package that brings a tool; what `doctor` and every "missing tool" line name. */
export const debianPackageOf: Readonly<Record<string, string | undefined>> = {
  'arm-none-eabi-gcc': 'gcc-arm-none-eabi libnewlib-arm-none-eabi',
  'arm-none-eabi-objcopy': 'binutils-arm-none-eabi',
  'arm-none-eabi-nm': 'binutils-arm-none-eabi',
  'arm-none-eabi-size': 'binutils-arm-none-eabi',
  'arm-none-eabi-readelf': 'binutils-arm-none-eabi',
  'arm-none-eabi-objdump': 'binutils-arm-none-eabi',
  'qemu-system-arm': 'qemu-system-arm',
  gcc: 'gcc libc6-dev',
  make: 'make',
  stm32flash: 'stm32flash',
  socat: 'socat',
  openocd: 'openocd',
  'st-flash': 'stlink-tools',
};

export function isOnPath(tool: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/** The one line for a tool that is not there. */
export function missingTool(tool: string): LitesnnError {
  const debian = debianPackageOf[tool];
  return new LitesnnError('TOOL_MISSING', ExitCode.toolchainMissing, `${tool} was not found`, {
    hint: debian === undefined ? `install ${tool}` : `on Debian: apt-get install ${debian}`,
    details: { tool },
  });
}

/** Runs a tool with an argument list (never a shell). Rejects only when it cannot be started, or with INTERRUPTED by the signal. */
export function runTool(
  tool: string,
  args: readonly string[],
  options: { cwd?: string; signal?: AbortSignal } = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (options.signal?.aborted === true) reject(interrupted(tool));
      else reject(error.code === 'ENOENT' ? missingTool(tool) : error);
    });
    child.on('close', (status) => {
      resolve({
        status: status ?? 1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
  });
}
