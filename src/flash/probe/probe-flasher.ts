import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExitCode, interrupted, LitesnnError } from '../../core/errors.js';
import { runTool, type ToolResult } from '../../core/process.js';
import { silentProgress } from '../../core/progress.js';
import type { Target } from '../../targets/target.js';
import type { DeviceIdentity, FlashOptions, Flasher, FlashReport } from '../flasher.js';
import { checkImage } from '../image-check.js';
import { systemClock } from '../link/clock.js';
import { PhaseClock } from '../phase-clock.js';
import { flashError } from '../stm32-uart/loader-errors.js';
import { probeArguments, type ProbeTool, restartArguments } from './probe-command.js';

export type { ProbeTool } from './probe-command.js';

/** A probe that hangs is given up after this; 1 MiB takes half a minute. */
const TOOL_LIMIT_MS = 300_000;

/** Sectors of RP2040, on which its images begin. */
const SECTOR_BYTES = 4096;

export function openProbe(tool: ProbeTool, target: Target, serial?: string): Flasher {
  return new ProbeFlasher(tool, target, serial);
}

/** A foreign program that the user has for a debug probe, run with an argument list. */
class ProbeFlasher implements Flasher {
  constructor(
    private readonly tool: ProbeTool,
    private readonly target: Target,
    private readonly serial: string | undefined,
  ) {}

  async probe(signal?: AbortSignal): Promise<DeviceIdentity> {
    const { status, stdout, stderr } = await this.run([VERSION_OF[this.tool]], signal);
    const [version] = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
    return {
      protocol: this.tool,
      productName: this.target.title,
      loaderVersion: status === 0 ? version.trim() : this.tool,
      commands: [],
      readProtected: false,
    };
  }

  async flash(image: Uint8Array, options: FlashOptions): Promise<FlashReport> {
    const { target, tool, serial } = this;
    const phases = new PhaseClock(systemClock);
    const { origin } = target.memory.flash;
    const offset = target.flasher.protocol === 'uf2' ? origin % SECTOR_BYTES : 0;
    checkImage(image.subarray(offset), target);
    const folder = mkdtempSync(join(tmpdir(), 'litesnn-probe-'));
    try {
      const file = join(folder, 'image.bin');
      if (!/^[A-Za-z0-9/._-]+$/.test(file)) throw unsafePath(file);
      const args = probeArguments(tool, target, { file, address: origin - offset, serial });
      const identity = await phases.timed('identify', () => this.probe(options.signal));
      const result = { identity, bytes: image.length, pages: 0, retries: 0, seconds: phases.seconds };
      (options.progress ?? silentProgress).note([tool, ...args].join(' '));
      if (options.dryRun === true) {
        return { ...result, verifiedBy: 'nothing', started: false, dryRun: true };
      }
      writeFileSync(file, image);
      await phases.timed('write', () => this.mustSucceed(args, options.signal));
      const restart = restartArguments(tool, target, serial);
      if (restart !== undefined) await phases.timed('go', () => this.mustSucceed(restart, options.signal));
      return { ...result, verifiedBy: 'probe', started: true, dryRun: false };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async mustSucceed(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const { status, stdout, stderr } = await this.run(args, signal);
    if (status === 0) return;
    const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
    const telling = lines.findLast((line) => /error|fail|unable|no /i.test(line)) ?? lines.findLast(Boolean);
    throw flashError(
      'FLASH_PROBE_FAILED',
      `${this.tool} ended with ${status}: ${telling ?? 'without a word'}`,
      'check the cable of the probe and the supply of the board; the command is above',
      { tool: this.tool, args },
    );
  }

  private async run(args: readonly string[], signal: AbortSignal | undefined): Promise<ToolResult> {
    const limit = AbortSignal.timeout(TOOL_LIMIT_MS);
    const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    try {
      return await runTool(this.tool, args, { signal: either });
    } catch (error) {
      if (signal?.aborted === true) throw interrupted('flashing');
      if (!limit.aborted) throw error;
      throw flashError('FLASH_PROBE_FAILED', `${this.tool} did not end within 5 minutes`, 'unplug the probe');
    }
  }
}

const VERSION_OF: Readonly<Record<ProbeTool, string>> = {
  openocd: '--version',
  'st-flash': '--version',
  'probe-rs': '--version',
  picotool: 'version',
};

function unsafePath(path: string): LitesnnError {
  return new LitesnnError('FLASH_TEMPORARY', ExitCode.usage, `tools cannot be given the path ${path}`, {
    hint: 'set TMPDIR to a folder of letters, digits, dots and hyphens',
  });
}
