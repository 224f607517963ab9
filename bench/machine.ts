import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where a benchmark ran; seconds mean nothing without it. */
export interface Machine {
  readonly cpu: string;
  /** Processors that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  /** Mean number of runnable threads in the minute before: above 0.5 something else was running too. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    // A container without /proc/cpuinfo lists none.
    cpu: processors.length === 0 ? 'unknown' : processors[0].model.trim(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    node: process.version,
    loadBefore: Math.round(loadavg()[0] * 100) / 100,
  };
}
