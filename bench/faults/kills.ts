import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/random.js';
import { litesnn, startLitesnn } from '../../test/cli/support/command-line.js';
import { noEmulatorLeft } from '../../test/cli/support/processes.js';
import { expectNothingHalfWritten } from '../../test/cli/support/run-files.js';
import { tinyRun, writeStripes } from '../../test/cli/support/tiny-data.js';

export interface KillResult {
  kills: number;
  /** Files under their own name that are not whole. */
  halfWritten: number;
  emulatorsLeft: number;
  /** Samples whose answers were on disk at a kill and were not afterwards. */
  measuredLost: number;
  /** Runs to the end between the kills, and those that did not get there or differ from the reference. */
  completed: number;
  failed: number;
}

function measured(run: string): string[] {
  const path = join(run, 'measure', 'results.jsonl');
  // The last line may be the one that was being written.
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** `run` on the emulated board, killed at random moments by SIGKILL; after some kills it is let to its end and begun anew. */
export async function killRuns(folder: string, kills: number, tick: () => void): Promise<KillResult> {
  const random = Random.fromSeed(4711);
  const data = writeStripes(join(folder, 'stripes'), 120);
  const result: KillResult = {
    kills: 0,
    halfWritten: 0,
    emulatorsLeft: 0,
    measuredLost: 0,
    completed: 0,
    failed: 0,
  };
  for (let round = 0; result.kills < kills; round++) {
    const run = join(folder, `run${round}`);
    const args = tinyRun(data, run);
    for (let attempt = 0; attempt < 25 && result.kills < kills; attempt++) {
      const before = measured(run);
      const started = startLitesnn(args);
      const timer = setTimeout(() => started.child.kill('SIGKILL'), random.integer(100, 4000));
      const { signal } = await started.ended;
      clearTimeout(timer);
      if (signal !== 'SIGKILL') break;
      result.kills += 1;
      try {
        expectNothingHalfWritten(run);
      } catch {
        result.halfWritten += 1;
      }
      if (!(await noEmulatorLeft(run))) result.emulatorsLeft += 1;
      const after = new Set(measured(run));
      result.measuredLost += before.filter((line) => !after.has(line)).length;
      tick();
    }
    const last = await litesnn([...args, '--json']);
    if (last.code === 0 && isRight(last.stdout)) result.completed += 1;
    else result.failed += 1;
  }
  return result;
}

function isRight(stdout: string): boolean {
  const { agreement } = JSON.parse(stdout) as { agreement: { samples: number; mismatches: number } };
  return agreement.samples === 120 && agreement.mismatches === 0;
}
