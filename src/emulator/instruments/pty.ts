import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import { isOnPath, missingTool } from '../../core/process.js';

const SOCAT = 'socat';
const SETPRIV = '/usr/bin/setpriv';
const READY_LIMIT_MS = 10_000;
const POLL_MS = 10;
const BUFFER_BYTES = 65_536;

/** A pseudo terminal of this process: what a program writes to `path` is heard here, and the other way round. */
export interface Pty {
  readonly path: string;
  /** Returns how many bytes wait to be read by the other side's system. */
  send(bytes: Uint8Array): number;
  /** As if a cable were pulled: the path is gone. Idempotent. */
  end(): void;
}

/**
 * Opens a pseudo terminal; Node has no call for that, so socat has it. Rejects with `TOOL_MISSING` (exit code 4) or `EMULATOR_FAILED` (6).
 */
export async function openPty(hear: (bytes: Uint8Array) => void): Promise<Pty> {
  if (!isOnPath(SOCAT)) throw missingTool(SOCAT);
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-instrument-'));
  const link = join(folder, 'port');
  const dying = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];
  const [tool, ...rest] = [
    ...dying,
    SOCAT,
    '-b',
    String(BUFFER_BYTES),
    'STDIO',
    `PTY,raw,echo=0,link=${link}`,
  ];
  const child = spawn(tool, rest, { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdout.on('data', hear);
  // It is ended by us, or its other side went: whoever uses the path hears of it there.
  child.stdin.on('error', () => undefined);
  const failed = new Promise<'ended'>((resolve) => {
    child.on('error', () => {
      resolve('ended');
    });
    child.on('close', () => {
      resolve('ended');
    });
  });
  if (!(await appears(link, failed))) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    throw new LitesnnError('EMULATOR_FAILED', ExitCode.device, 'socat made no pseudo terminal');
  }
  const path = realpathSync(link);
  return new SocatPty(child, path, folder);
}

class SocatPty implements Pty {
  /** Held open without ever reading: socat ends when the last user closes. */
  private held: number | undefined;

  constructor(
    private readonly child: ChildProcess,
    readonly path: string,
    private readonly folder: string,
  ) {
    this.held = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  }

  send(bytes: Uint8Array): number {
    const { stdin } = this.child;
    if (stdin === null || this.held === undefined) return 0;
    if (bytes.length > 0) stdin.write(bytes);
    return stdin.writableLength;
  }

  end(): void {
    if (this.held === undefined) return;
    closeSync(this.held);
    this.held = undefined;
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function appears(path: string, failed: Promise<'ended'>): Promise<boolean> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (performance.now() < deadline) {
    if (existsSync(path)) return true;
    const outcome = await Promise.race([
      failed,
      new Promise<'waited'>((resolve) => {
        setTimeout(resolve, POLL_MS, 'waited');
      }),
    ]);
    if (outcome === 'ended') return false;
  }
  return false;
}
