// Faults at every step of flashing, parsers under noise, and runs that are killed. Devices are virtual and their clock is simulated, so
// that thousands of runs take minutes; killed runs use the emulated board.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBenchmark, type BenchmarkContext } from './contract.js';
import { WIRE_FAULTS } from './faults/bad-wire.js';
import { killRuns } from './faults/kills.js';
import { emptyTotals, type FaultTotals } from './faults/outcome.js';
import { feedParsers } from './faults/parsers.js';
import {
  badWire,
  cutAfterEveryBlock,
  faultAtEveryAnswer,
  staleBytesBeforeEveryFrame,
} from './faults/stm32-jobs.js';

const OPTIONS = {
  'cut-bytes': { type: 'number', default: 256 * 1024, describe: 'image whose link is cut after every block' },
  'wire-runs': { type: 'number', default: 1000, describe: 'runs on bad wires' },
  'wire-bytes': { type: 'number', default: 64 * 1024, describe: 'image of those' },
  'parser-bytes': { type: 'number', default: 10_000_000, describe: 'noise for each parser' },
  kills: { type: 'number', default: 200, describe: 'kills of a run on the emulated board' },
} as const;

const RATES = [1e-4, 1e-5, 1e-6];
const ANSWER_FAULTS = ['nack', 'silence', 'busy', 'garbage', 'unplug'] as const;

type Arguments = { readonly [Name in keyof typeof OPTIONS]: number };

async function run(options: Arguments, { progress }: BenchmarkContext) {
  const totals: FaultTotals[] = [];
  const counted = async (
    kind: string,
    total: number,
    work: (totals: FaultTotals, tick: () => void) => Promise<void>,
  ): Promise<void> => {
    const own = emptyTotals(kind);
    totals.push(own);
    const task = progress.start(kind, total);
    let done = 0;
    await work(own, () => {
      task.update(++done);
    });
    task.finish();
  };
  for (const fault of ANSWER_FAULTS) {
    await counted(`${fault} at every answer`, 2, (own, tick) => faultAtEveryAnswer(own, fault, tick));
  }
  await counted('stale bytes before every frame', 2, staleBytesBeforeEveryFrame);
  const cutBytes = options['cut-bytes'];
  await counted('link cut after every block', cutBytes / 256, (own, tick) =>
    cutAfterEveryBlock(own, cutBytes, tick),
  );
  const each = Math.ceil(options['wire-runs'] / (WIRE_FAULTS.length * RATES.length));
  for (const fault of WIRE_FAULTS) {
    for (const rate of RATES) {
      await counted(`${fault} at ${rate} a byte`, each, (own, tick) =>
        badWire(own, fault, rate, each, options['wire-bytes'], tick),
      );
    }
  }
  progress.note('noise for parsers');
  const parsers = feedParsers(options['parser-bytes']);
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-bench-faults-'));
  const task = progress.start('killed runs', options.kills);
  let killed = 0;
  const kills = await killRuns(folder, options.kills, () => {
    task.update(++killed);
  });
  task.finish();
  rmSync(folder, { recursive: true, force: true });
  const sum = (key: Exclude<keyof FaultTotals, 'kind'>): number =>
    totals.reduce((value, own) => value + own[key], 0);
  return {
    results: [...totals, ...parsers, { kind: 'run killed by SIGKILL', ...kills }].map((row) => ({ ...row })),
    headline: {
      runs: sum('runs') + kills.kills,
      silentCorruptions: sum('silentCorruptions') + kills.halfWritten + kills.measuredLost,
      hangs: sum('hangs'),
      partialImagesStarted: sum('partialImagesStarted'),
      untypedOutcomes: sum('untyped'),
      nextAttemptsFailed: sum('nextFailed') + kills.failed,
      parserFailures: parsers.reduce((value, own) => value + own.failures, 0),
      emulatorsLeft: kills.emulatorsLeft,
    },
  };
}

await runBenchmark(
  {
    name: 'faults',
    describe: 'faults at every step of flashing, noise for parsers, killed runs',
    options: OPTIONS,
  },
  run,
);
