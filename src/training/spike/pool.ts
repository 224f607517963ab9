import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { instantiateKernels } from './kernels.js';
import type { Programs } from './program.js';
import { TeamMember } from './team.js';

export interface TeamWorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly setup: Programs;
  readonly thread: number;
}

/** A session's threads: the caller's own and workers that never keep the process alive. */
export class Pool {
  private constructor(
    private readonly leader: TeamMember,
    private readonly workers: readonly Worker[],
  ) {}

  /** Rejects if a worker cannot be started. */
  static async start(module: WebAssembly.Module, memory: WebAssembly.Memory, setup: Programs): Promise<Pool> {
    const started = await Promise.allSettled(
      Array.from({ length: setup.threads - 1 }, (_, i) =>
        startWorker({ module, memory, setup, thread: i + 1 }),
      ),
    );
    const workers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      for (const worker of workers) void worker.terminate();
      throw new Error('a training thread cannot be started', { cause: failed.reason });
    }
    return new Pool(new TeamMember(setup, instantiateKernels(module, memory), memory, 0), workers);
  }

  /** Runs a program on all threads and returns when it is done. */
  run(program: number): void {
    this.leader.command(program);
  }

  dispose(): void {
    this.leader.stop();
    for (const worker of this.workers) void worker.terminate();
  }
}

async function startWorker(workerData: TeamWorkerData): Promise<Worker> {
  // Without the process's own options, of which some (--input-type, --test) are not for files or for threads.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData, execArgv: [] });
  await once(worker, 'message');
  // A worker that dies says so in the control words; its error event has nothing to add but must not end the process.
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}
