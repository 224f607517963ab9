import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoaderName } from './loaders.js';

const program = fileURLToPath(new URL('./board-process.js', import.meta.url));

export interface BoardState {
  readonly started: boolean;
  readonly flash: Uint8Array;
}

/** A throttled virtual board and its port. */
export interface ThrottledBoard {
  readonly port: string;
  /** What the way between the processes takes, one way. */
  readonly relayMs: number;
  state(): Promise<BoardState>;
  end(): Promise<void>;
}

async function message(child: ChildProcess): Promise<unknown> {
  const [answer] = (await once(child, 'message', { signal: AbortSignal.timeout(20_000) })) as unknown[];
  return answer;
}

const ECHOES = 60;

/** Half of the median time in which a byte comes back through pseudo terminal, relay and the board's process. */
function relayMsOf(port: string): number {
  const file = openSync(port, constants.O_RDWR | constants.O_NOCTTY);
  const byte = new Uint8Array(1);
  const times = Array.from({ length: ECHOES }, () => {
    const from = performance.now();
    writeSync(file, byte);
    readSync(file, byte);
    return performance.now() - from;
  });
  closeSync(file);
  return times.sort((a, b) => a - b)[ECHOES / 2] / 2;
}

/** `image`: file whose content the flash holds already. */
export async function startThrottledBoard(
  loader: LoaderName,
  baud: number,
  image?: string,
): Promise<ThrottledBoard> {
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-line-'));
  const port = join(folder, 'port');
  const args = [port, String(baud), loader, ...(image === undefined ? [] : [image])];
  const child = fork(program, args, { stdio: ['ignore', 2, 2, 'ipc'] });
  await message(child);
  const relayMs = relayMsOf(port);
  const set = message(child);
  child.send({ relayMs });
  await set;
  return {
    port,
    relayMs,
    state: async () => {
      const answer = message(child);
      child.send({});
      const { started, flash } = (await answer) as { started: boolean; flash: string };
      return { started, flash: Buffer.from(flash, 'base64') };
    },
    end: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
