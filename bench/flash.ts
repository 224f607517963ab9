// Flashing beside stm32flash, on the same virtual board: a pseudo terminal whose far end is as slow as a real wire and a real flash.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExitCode, LitesnnError } from '../src/core/errors.js';
import { runTool } from '../src/core/process.js';
import { openFlasher } from '../src/flash/open-flasher.js';
import { fakeImage, fakeTarget } from '../test/flash/support/fixtures.js';
import { type BenchmarkContext, type BenchmarkResult, runBenchmark } from './contract.js';
import { startThrottledBoard } from './flash/board.js';
import type { LoaderName } from './flash/loaders.js';
import { byteMs, programmingMs } from './flash/throttled-line.js';

const OPTIONS = {
  bytes: { type: 'number', default: 64 * 1024, describe: 'bytes of the image, a multiple of 2048' },
  baud: { type: 'number', default: 115_200, describe: 'rate of the virtual wire, 8E1' },
  repeats: { type: 'number', default: 3, describe: 'runs of each; the median counts' },
} as const;

const PAGE_BYTES = 2048;

const target = {
  ...fakeTarget,
  memory: { ...fakeTarget.memory, flash: { origin: 0x8000, bytes: 512 * 1024 } },
};

type Host = 'litesnn' | 'stm32flash';

interface Case {
  readonly host: Host;
  readonly loader: LoaderName;
  /** The flash holds another program, or this one with one page changed. */
  readonly before: 'other' | 'one page differs' | 'same';
}

const CASES: readonly Case[] = [
  { host: 'litesnn', loader: 'resident', before: 'other' },
  { host: 'stm32flash', loader: 'resident', before: 'other' },
  { host: 'litesnn', loader: 'rom', before: 'other' },
  { host: 'litesnn', loader: 'resident', before: 'one page differs' },
  { host: 'litesnn', loader: 'rom', before: 'one page differs' },
  { host: 'litesnn', loader: 'resident', before: 'same' },
];

/** What the wire and the part need at least for the image: bytes at 8E1, every page erased, every double word programmed. */
function leastSeconds(bytes: number, baud: number): number {
  return (bytes * byteMs(baud) + programmingMs(bytes / PAGE_BYTES, bytes)) / 1000;
}

async function flashWith(
  host: Host,
  port: string,
  file: string,
  image: Uint8Array,
  baud: number,
): Promise<void> {
  if (host === 'stm32flash') {
    const args = ['-m', '8n1', '-b', String(baud), '-v', '-w', file, '-g', '0x0', port];
    const { status, stderr, stdout } = await runTool(host, args);
    if (status !== 0) throw failed(`stm32flash ended with ${status}: ${stderr}${stdout.slice(-200)}`);
    return;
  }
  const flasher = await openFlasher(target, port, { baud });
  try {
    await flasher.flash(image, { verify: true, go: true });
  } finally {
    await flasher.close();
  }
}

/** Seconds of one job on a board of its own, which must hold the image and have been started afterwards. */
async function oneRun(run: Case, file: string, before: string | undefined, image: Uint8Array, baud: number) {
  const board = await startThrottledBoard(run.loader, baud, before);
  try {
    const from = performance.now();
    await flashWith(run.host, board.port, file, image, baud);
    const seconds = (performance.now() - from) / 1000;
    const { started, flash } = await board.state();
    if (!started || Buffer.compare(flash.subarray(0, image.length), image) !== 0) {
      throw failed(`${run.host} left another image, or did not start it`);
    }
    return seconds;
  } finally {
    await board.end();
  }
}

function failed(message: string): LitesnnError {
  return new LitesnnError('BENCH_FLASH', ExitCode.flash, message);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function run(
  { bytes, baud, repeats }: { bytes: number; baud: number; repeats: number },
  { progress, signal }: BenchmarkContext,
) {
  const folder = mkdtempSync(join(tmpdir(), 'litesnn-bench-flash-'));
  const image = fakeImage(bytes, target);
  const differing = image.slice();
  differing[bytes - 1000] ^= 0xff;
  const [file, same, one] = ['image.bin', 'same.bin', 'one.bin'].map((name) => join(folder, name));
  writeFileSync(file, image);
  writeFileSync(same, image);
  writeFileSync(one, differing);
  const held = { other: undefined, same, 'one page differs': one };
  const least = leastSeconds(bytes, baud);
  const seconds: number[] = [];
  const results: BenchmarkResult[] = [];
  const task = progress.start('flashing', CASES.length * repeats);
  try {
    for (const [index, each] of CASES.entries()) {
      const times: number[] = [];
      for (let repeat = 0; repeat < repeats && !signal.aborted; repeat++) {
        times.push(await oneRun(each, file, held[each.before], image, baud));
        task.update(index * repeats + repeat + 1);
      }
      seconds.push(median(times));
      results.push({
        ...each,
        bytes,
        baud,
        seconds: median(times),
        wireSeconds: least,
        ratio: median(times) / least,
        spread: Math.max(...times) - Math.min(...times),
        ranOn: 'simulated',
      });
    }
  } finally {
    task.finish();
    rmSync(folder, { recursive: true, force: true });
  }
  const [ours, theirs, rom] = seconds;
  return {
    results,
    headline: {
      wireRatio: ours / least,
      stm32flashRatio: ours / theirs,
      romReadBackRatio: rom / least,
      seconds: ours,
    },
  };
}

await runBenchmark(
  { name: 'flash', describe: 'seconds of flashing beside stm32flash on one virtual board', options: OPTIONS },
  run,
);
