import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ExitCode, type ExitCodeValue, LitesnnError } from '../../core/errors.js';
import type { ActivityListener } from '../virtual-board.js';
import type { InstrumentConfig, InstrumentMessage } from './instrument-messages.js';

/** A virtual instrument on a pseudo terminal; to be used by its port like a real one. */
export interface RunningInstrument {
  readonly port: string;
  /** Takes what the board did, from `VirtualBoard.onActivity`. */
  readonly observe: ActivityListener;
  /** Ends it; idempotent. */
  readonly stop: () => Promise<void>;
}

/** Rejects with `TOOL_MISSING` (4) or `EMULATOR_FAILED` (6). */
export async function startInstrument(config: InstrumentConfig): Promise<RunningInstrument> {
  const script = fileURLToPath(new URL('./instrument-process.js', import.meta.url));
  const child = fork(script, [], { stdio: ['pipe', 'ignore', 'inherit', 'ipc'] });
  const exited = new Promise<InstrumentMessage>((resolve) => {
    child.on('exit', (code, signal) => {
      const message = `the virtual instrument ended (${code ?? signal ?? 'unknown'})`;
      resolve({ kind: 'failed', code: 'EMULATOR_FAILED', exitCode: ExitCode.device, message });
    });
  });
  const answer = new Promise<InstrumentMessage>((resolve) => {
    child.once('message', (message) => {
      resolve(message as InstrumentMessage);
    });
  });
  const { stdin } = child;
  // It was stopped while the board went on.
  stdin?.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
  };
  child.send(config);
  const first = await Promise.race([answer, exited]);
  if (first.kind === 'failed') {
    await stop();
    throw new LitesnnError(first.code, first.exitCode as ExitCodeValue, first.message);
  }
  return {
    port: first.path,
    observe: (text) => {
      stdin?.write(text);
    },
    stop,
  };
}
