import { ExitCode, LitesnnError, messageOf, type ExitCodeValue } from '../core/errors.js';
import type { CommandContext, CommandResult } from './context.js';
import { createParser } from './parser.js';
import { terminalProgress } from './terminal-progress.js';

/** Reports an error on stderr (or as JSON on stdout) and returns its exit code. */
function reportError(error: unknown, json: boolean): ExitCodeValue {
  const known = error instanceof LitesnnError ? error : undefined;
  const exitCode = known?.exitCode ?? ExitCode.internal;
  const code = known?.code ?? 'INTERNAL';
  const message = messageOf(error);
  if (json) {
    const body = { error: { code, exitCode, message, hint: known?.hint, details: known?.details } };
    process.stdout.write(`${JSON.stringify(body)}\n`);
  }
  const hint = known?.hint === undefined ? '' : ` (${known.hint})`;
  process.stderr.write(`litesnn: ${message}${hint}\n`);
  if (known === undefined && error instanceof Error && process.env.LITESNN_DEBUG !== undefined) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
  return exitCode;
}

function abortOnSignals(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    process.stderr.write('stopping; once more to stop at once\n');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** Whoever reads the results has seen enough (`litesnn targets | head -1`): nothing to report. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(ExitCode.ok);
}

function print(result: CommandResult, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(result.json)}\n` : `${result.text}\n`);
}

/** Runs one command line; returns the exit code. Nothing below this throws through or ends the process. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  process.stdout.on('error', endOnClosedPipe);
  const { signal, release } = abortOnSignals();
  const context: CommandContext = {
    progress: terminalProgress(),
    signal,
    command: ['litesnn', ...argv].join(' '),
  };
  let exitCode: number = ExitCode.ok;
  const finish = (result: CommandResult): void => {
    print(result, json);
    exitCode = result.exitCode ?? ExitCode.ok;
  };
  const parser = createParser(argv, context, finish);
  try {
    await parser.parseAsync([...argv]);
  } catch (error) {
    exitCode = reportError(error, json);
  } finally {
    release();
  }
  return exitCode;
}
