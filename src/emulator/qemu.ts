import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { runTool } from '../core/process.js';
import type { QemuSpec, Target } from '../targets/target.js';
import { activityArguments } from './activity/plugin.js';
import type { ActivityListener, EmulatorExit, VirtualBoard, VirtualBoardOptions } from './virtual-board.js';

const QEMU = 'qemu-system-arm';

/** Part of util-linux, on every Debian; runs a program that dies with its parent. */
const SETPRIV = '/usr/bin/setpriv';

/** A killed QEMU that does not go away (a stuck file system) is given up after this. */
const STOP_LIMIT_MS = 5000;

const STDERR_KEPT_BYTES = 4096;

/** Version as QEMU tells it; rejects with `TOOL_MISSING` (exit code 4) where there is none. */
export async function qemuVersion(): Promise<string> {
  const { stdout } = await runTool(QEMU, ['--version']);
  return /version (\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? 'of unknown version';
}

/**
 * Boots an ELF file on the target's emulated machine. Virtual time advances `2 ** icountShift` ns an instruction, so that counters on
 * the board count instructions. Rejects with `TOOL_MISSING` (4), `EMULATOR_FAILED` (6) and the errors of `activityArguments`.
 */
export async function startQemu(
  target: Target,
  emulator: QemuSpec,
  options: VirtualBoardOptions,
): Promise<VirtualBoard> {
  const version = await qemuVersion();
  const activity = options.activity === true ? await activityArguments(target) : [];
  const process_ = new QemuProcess([
    ...activity,
    ...['-M', emulator.machine, '-display', 'none', '-monitor', 'none', '-serial', 'pty'],
    ...['-icount', `shift=${emulator.icountShift},sleep=off`],
    ...['-kernel', options.kernel],
  ]);
  const port = await process_.ready(options.timeoutMs ?? 20_000);
  return {
    port,
    description: `${emulator.machine} emulated by QEMU ${version}`,
    ...(options.activity === true
      ? {
          onActivity: (listener: ActivityListener) => {
            process_.onLog = listener;
          },
        }
      : {}),
    stop: () => process_.stop(),
    exited: process_.exited,
  };
}

/** One QEMU that never outlives this process. */
class QemuProcess {
  readonly exited: Promise<EmulatorExit>;
  /** Hears what QEMU logs. */
  onLog: ActivityListener | undefined;
  private readonly child: ChildProcess;
  private stdout = '';
  private stderr = '';
  private heldPort: number | undefined;
  private readonly killOnExit = (): void => {
    this.child.kill('SIGKILL');
  };

  constructor(args: readonly string[]) {
    // The kernel kills it when this process dies, even by SIGKILL, which no handler of ours could see.
    const dying = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];
    const [tool, ...rest] = [...dying, QEMU, ...args];
    this.child = spawn(tool, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    process.on('exit', this.killOnExit);
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.onLog?.(chunk);
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-STDERR_KEPT_BYTES);
    });
    this.exited = new Promise((resolve) => {
      const end = (status: number | string): void => {
        this.release();
        resolve({ status, stderr: this.stderr.trim().replace(/\s*\n\s*/g, '; ') });
      };
      this.child.on('close', (code, signal) => {
        end(code ?? signal ?? 'unknown');
      });
      this.child.on('error', (error) => {
        end(error.message);
      });
    });
  }

  /** The pseudo terminal's path, once QEMU has printed it. */
  async ready(timeoutMs: number): Promise<string> {
    const { promise, finish } = this.waitForPort(timeoutMs);
    const outcome = await Promise.race([promise, this.exited]);
    finish();
    if (typeof outcome === 'string') {
      this.hold(outcome);
      return outcome;
    }
    if (outcome !== undefined) throw failed(`QEMU ended at once (${outcome.status}): ${outcome.stderr}`);
    await this.stop();
    throw failed(`QEMU named no pseudo terminal within ${timeoutMs} ms`);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    let cancel: (() => void) | undefined;
    const limit = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, STOP_LIMIT_MS);
      cancel = () => {
        clearTimeout(timer);
      };
    });
    await Promise.race([this.exited, limit]);
    cancel?.();
  }

  private waitForPort(timeoutMs: number): { promise: Promise<string | undefined>; finish: () => void } {
    let timer: NodeJS.Timeout | undefined;
    const promise = new Promise<string | undefined>((resolve) => {
      timer = setTimeout(() => {
        resolve(undefined);
      }, timeoutMs);
      this.child.stdout?.on('data', (chunk: Buffer) => {
        this.stdout = (this.stdout + chunk.toString('utf8')).slice(-STDERR_KEPT_BYTES);
        const found = /char device redirected to (\S+)/.exec(this.stdout);
        if (found !== null) resolve(found[1]);
      });
    });
    return {
      promise,
      finish: () => {
        clearTimeout(timer);
      },
    };
  }

  /**
   * Keeps the pseudo terminal open, without ever reading: QEMU looks only once a second whether somebody has opened
   * one that was closed, so that each new client would lose its first second.
   */
  private hold(path: string): void {
    this.heldPort = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  }

  private release(): void {
    process.off('exit', this.killOnExit);
    if (this.heldPort === undefined) return;
    closeSync(this.heldPort);
    this.heldPort = undefined;
  }
}

function failed(message: string): LitesnnError {
  return new LitesnnError('EMULATOR_FAILED', ExitCode.device, message, {
    hint: 'check that this QEMU knows the machine: qemu-system-arm -M help',
  });
}
