import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ExitCode, type ExitCodeValue, LitesnnError } from '../../../core/errors.js';
import type { AnalyzerIdentity } from '../analyzer.js';
import type { RecorderCounts, RecorderFailure, RecorderMessage, RecorderOrder } from './messages.js';

const STOP_LIMIT_MS = 15_000;

/** A recording under way, in its own process. */
export class Recorder {
  private latest: RecorderCounts = { samples: 0, lost: 0, pulses: 0 };
  private failure: LitesnnError | undefined;
  private finished: RecorderCounts | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly exited: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    readonly identity: AnalyzerIdentity,
  ) {
    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        if (this.finished === undefined) this.fail(ended());
        resolve();
      });
    });
    child.on('message', (message) => {
      this.hear(message as RecorderMessage);
    });
  }

  /** Rejects with what the instrument or the disk has against it. */
  static async start(order: RecorderOrder): Promise<Recorder> {
    const script = fileURLToPath(new URL('./recorder-process.js', import.meta.url));
    const child = fork(script, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const identity = await new Promise<AnalyzerIdentity>((resolve, reject) => {
      const hear = (message: RecorderMessage): void => {
        if (message.kind === 'counts') return;
        child.off('message', hear);
        if (message.kind === 'started') resolve(message.identity);
        else reject(message.kind === 'failed' ? errorOf(message.failure) : ended());
      };
      child.on('message', hear);
      child.once('exit', () => {
        reject(ended());
      });
      child.send(order);
    });
    return new Recorder(child, identity);
  }

  get counts(): RecorderCounts {
    return this.latest;
  }

  /** Why nothing more is recorded; what was recorded stays. */
  get error(): LitesnnError | undefined {
    return this.failure;
  }

  /** Waits until `done` of what was counted, or the time is over: false. Rejects when the recording breaks. */
  until(done: (counts: RecorderCounts) => boolean, limitMs: number, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        this.listeners.delete(look);
        signal?.removeEventListener('abort', look);
        act();
      };
      const look = (): void => {
        const { failure } = this;
        if (failure !== undefined) {
          finish(() => {
            reject(failure);
          });
        } else if (done(this.latest) || signal?.aborted === true) {
          finish(() => {
            resolve(done(this.latest));
          });
        }
      };
      const timer = setTimeout(() => {
        finish(() => {
          resolve(false);
        });
      }, limitMs);
      this.listeners.add(look);
      signal?.addEventListener('abort', look);
      look();
    });
  }

  /** Ends the recording, wherever it is. Idempotent; the error, if there was one, is in `error`. */
  async stop(): Promise<RecorderCounts> {
    if (this.child.connected) this.child.send('stop');
    const timer = setTimeout(() => {
      this.child.kill('SIGKILL');
    }, STOP_LIMIT_MS);
    await this.exited;
    clearTimeout(timer);
    return this.finished ?? this.latest;
  }

  private hear(message: RecorderMessage): void {
    if (message.kind === 'counts') this.latest = message.counts;
    if (message.kind === 'failed') this.fail(errorOf(message.failure));
    if (message.kind === 'stopped') {
      this.finished = message.counts;
      this.latest = message.counts;
    }
    for (const listener of [...this.listeners]) listener();
  }

  private fail(error: LitesnnError): void {
    this.failure ??= error;
    for (const listener of [...this.listeners]) listener();
  }
}

function errorOf({ code, exitCode, message, hint }: RecorderFailure): LitesnnError {
  return new LitesnnError(code, exitCode as ExitCodeValue, message, hint === undefined ? {} : { hint });
}

function ended(): LitesnnError {
  return new LitesnnError('POWER_RECORDER', ExitCode.internal, 'the process that records the current ended');
}
