import yargs, { type InferredOptionTypes, type Options } from 'yargs';
import { ExitCode, LitesnnError, messageOf } from '../src/core/errors.js';
import { writeJson } from '../src/core/files.js';
import type { Progress } from '../src/core/progress.js';
import { toolVersion } from '../src/core/version.js';
import { terminalProgress } from '../src/cli/terminal-progress.js';
import { describeMachine, type Machine } from './machine.js';
import { outcomeTable } from './outcome-table.js';

/** One row of a benchmark: figures and texts by name; nested values are left out of the table. */
export type BenchmarkResult = Readonly<Record<string, unknown>>;

export interface BenchmarkOutcome {
  readonly results: readonly BenchmarkResult[];
  /** The few figures that a benchmark is run for. One that could not be taken is absent, never made up. */
  readonly headline: Readonly<Record<string, number>>;
}

/** What every `npm run bench:<name> -- --json` prints: exactly this object on stdout. */
export interface BenchmarkOutput extends BenchmarkOutcome {
  readonly name: string;
  /** ISO 8601, when the benchmark began. */
  readonly date: string;
  readonly tool: string;
  readonly machine: Machine;
}

export interface BenchmarkContext {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** The command line, for the provenance of what is generated. */
  readonly command: string;
}

export interface BenchmarkDefinition<O extends Record<string, Options>> {
  /** As in `npm run bench:<name>`. */
  readonly name: string;
  readonly describe: string;
  /** Beside `--json` and `--out`, which all have. */
  readonly options: O;
}

/** Where a benchmark writes; replaced in tests. */
export interface BenchmarkStreams {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly progress: Progress;
}

type RunBenchmark<O extends Record<string, Options>> = (
  options: InferredOptionTypes<O>,
  context: BenchmarkContext,
) => Promise<BenchmarkOutcome>;

const COMMON_OPTIONS = {
  json: { type: 'boolean', default: false, describe: 'print one JSON object' },
  out: { type: 'string', describe: 'also write the JSON to this file' },
} as const;

function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return controller.signal;
}

/** JSON knows neither NaN nor infinity and would print null for them. */
function checkHeadline(headline: BenchmarkOutcome['headline']): void {
  for (const [figure, value] of Object.entries(headline)) {
    if (Number.isFinite(value)) continue;
    throw new LitesnnError('BENCH_NOT_A_NUMBER', ExitCode.internal, `headline ${figure} is ${value}`);
  }
}

/**
 * Runs a benchmark on a command line and prints its outcome: with `--json` one JSON object and nothing else on stdout, else
 * tables. Returns the exit code; errors are one line on stderr.
 */
export async function runBenchmarkWith<O extends Record<string, Options>>(
  argv: readonly string[],
  definition: BenchmarkDefinition<O>,
  run: RunBenchmark<O>,
  { stdout, stderr, progress }: BenchmarkStreams,
  signal: AbortSignal,
): Promise<number> {
  const { name, describe, options } = definition;
  const command = ['npm run', `bench:${name}`, '--', ...argv].join(' ');
  try {
    const parsed = await yargs([...argv])
      .scriptName(`bench:${name}`)
      .usage(`$0: ${describe}`)
      .options(COMMON_OPTIONS)
      .options(options as Record<string, Options>)
      .strict()
      .exitProcess(false)
      .fail((message: string | undefined, error: Error | undefined) => {
        throw error ?? new LitesnnError('USAGE', ExitCode.usage, message ?? 'wrong usage');
      })
      .parseAsync();
    // --help and --version were answered by yargs.
    if (argv.includes('--help') || argv.includes('--version')) return ExitCode.ok;
    const date = new Date().toISOString();
    const machine = describeMachine();
    const outcome = await run(parsed as unknown as InferredOptionTypes<O>, { progress, signal, command });
    checkHeadline(outcome.headline);
    const output: BenchmarkOutput = { name, date, tool: `litesnn ${toolVersion}`, machine, ...outcome };
    const { out, json } = parsed as unknown as InferredOptionTypes<typeof COMMON_OPTIONS>;
    if (out !== undefined) writeJson(out, output);
    stdout(json ? `${JSON.stringify(output)}\n` : outcomeTable(outcome));
    return ExitCode.ok;
  } catch (error) {
    const known = error instanceof LitesnnError ? error : undefined;
    const hint = known?.hint === undefined ? '' : ` (${known.hint})`;
    stderr(`bench:${name}: ${messageOf(error)}${hint}\n`);
    return known?.exitCode ?? ExitCode.internal;
  }
}

/** What the last line of a benchmark's file calls: the process's own command line, streams and exit code. */
export async function runBenchmark<O extends Record<string, Options>>(
  definition: BenchmarkDefinition<O>,
  run: RunBenchmark<O>,
): Promise<void> {
  const streams: BenchmarkStreams = {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    progress: terminalProgress(),
  };
  process.exitCode = await runBenchmarkWith(
    process.argv.slice(2),
    definition,
    run,
    streams,
    abortOnSignals(),
  );
}
