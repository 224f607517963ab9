// Seconds of a training step and peak memory, this project's engine beside PyTorch: the same networks, weights, data and optimizers,
// alternately, each in a process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../src/core/paths.js';
import { ExitCode, LitesnnError } from '../src/core/errors.js';
import { runBenchmark, type BenchmarkContext } from './contract.js';
import {
  NETWORK_SPECS,
  TRAIN_KINDS,
  TRAIN_NETWORKS,
  trainCase,
  type TrainKind,
  type TrainNetwork,
} from './train-cases.js';
import { exportCase } from './train-export.js';
import { trainHeadline, trainRow, type TrainRow, type Trained } from './train-figures.js';
import { TrainProcess } from './train-process.js';

const OPTIONS = {
  python: { type: 'string', default: '/usr/bin/python3', describe: 'Python that has PyTorch' },
  network: { choices: TRAIN_NETWORKS, array: true, default: TRAIN_NETWORKS, describe: 'networks to train' },
  kind: { choices: TRAIN_KINDS, array: true, default: TRAIN_KINDS, describe: 'decoded networks, supernets' },
  rounds: { type: 'number', default: 8, describe: 'timed turns of each process' },
  steps: { type: 'number', default: 2, describe: 'steps a turn' },
  threads: { type: 'number', array: true, default: [1, 2], describe: 'numbers of threads' },
  gamma: {
    type: 'number',
    default: 1,
    describe: 'factor of the first normalization scales; below 1 for lower firing rates',
  },
} as const;

/** First steps, not timed: code is still being optimized and memory allocated. Their losses count. */
const WARM_UP_STEPS = 3;

const CLEARLY_SLOWER = 1.25;

const LAYOUTS = ['contiguous', 'channels_last'] as const;

const WORKER = fileURLToPath(new URL('./train-worker.js', import.meta.url));
const SCRIPT = join(packageRoot, 'bench', 'train_torch.py');

function checkTorch(python: string): void {
  const found = spawnSync(python, ['-c', 'import torch'], { encoding: 'utf8' });
  if (found.status === 0) return;
  throw new LitesnnError('BENCH_NO_TORCH', ExitCode.toolchainMissing, `${python} has no PyTorch`, {
    hint: 'apt-get install -y --no-install-recommends python3-torch, or name another Python with --python',
  });
}

interface Options {
  readonly python: string;
  readonly rounds: number;
  readonly steps: number;
  readonly gamma: number;
  readonly threads: readonly number[];
}

/** All processes take turns, so that each sees the same disturbances; PyTorch in both layouts, of which the faster one counts. */
async function trainBoth(
  network: TrainNetwork,
  kind: TrainKind,
  { python, rounds, steps, gamma, threads: teams }: Options,
  { progress, signal }: BenchmarkContext,
): Promise<TrainRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-train-'));
  const task = progress.start(`${network} ${kind}`, teams.length * (rounds + 1));
  const rows: TrainRow[] = [];
  const prepared = trainCase(network, kind, gamma);
  try {
    exportCase(prepared, folder);
    for (const [team, threads] of teams.entries()) {
      const processes: TrainProcess[] = [];
      try {
        const own = await TrainProcess.start(process.execPath, [
          WORKER,
          network,
          kind,
          String(threads),
          String(gamma),
        ]);
        processes.push(own);
        for (const layout of LAYOUTS)
          processes.push(await TrainProcess.start(python, [SCRIPT, folder, layout, String(threads)]));
        for (let round = 0; round <= rounds; round++) {
          for (const one of round === 0 ? processes : worthTiming(processes)) {
            signal.throwIfAborted();
            await one.run(round === 0 ? WARM_UP_STEPS : steps);
          }
          task.update(team * (rounds + 1) + round + 1);
        }
        const [ours, contiguous, channelsLast] = processes.map(trained);
        rows.push(
          trainRow(
            {
              network,
              kind,
              describe: NETWORK_SPECS[network].describe,
              batch: prepared.batch,
              timesteps: prepared.graph.timesteps,
              threads,
            },
            ours,
            { contiguous, channelsLast },
          ),
        );
      } finally {
        for (const one of processes) one.stop();
      }
    }
  } finally {
    task.finish();
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

/** Without a layout that is clearly the slower one: it would only cost time. */
function worthTiming([own, ...torch]: readonly TrainProcess[]): TrainProcess[] {
  const afterWarmUp = torch.map(({ seconds }) => seconds[WARM_UP_STEPS - 1]);
  const limit = CLEARLY_SLOWER * Math.min(...afterWarmUp);
  return [own, ...torch.filter((_, i) => afterWarmUp[i] <= limit)];
}

/** A layout that was left out after the warm-up has only that. */
function timed(seconds: readonly number[]): readonly number[] {
  return seconds.slice(Math.min(WARM_UP_STEPS, seconds.length - 1));
}

function trained({ greeting, seconds, cpuSeconds, losses, rates, peakBytes }: TrainProcess): Trained {
  return {
    engine: greeting.engine,
    seconds: timed(seconds),
    cpuSeconds: timed(cpuSeconds),
    losses,
    rates,
    startBytes: greeting.startBytes,
    peakBytes,
  };
}

await runBenchmark(
  {
    name: 'train',
    describe: 'seconds a training step and memory, this engine beside PyTorch',
    options: OPTIONS,
  },
  async ({ network, kind, ...options }, context) => {
    checkTorch(options.python);
    const results: TrainRow[] = [];
    for (const oneNetwork of network) {
      for (const oneKind of kind) {
        results.push(...(await trainBoth(oneNetwork, oneKind, options, context)));
      }
    }
    return { results, headline: trainHeadline(results) };
  },
);
