import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves when stderr has so far matched the pattern; rejects when the command ended without. */
  said(pattern: RegExp): Promise<void>;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the real command line, as a shell would. */
export function startLitesnn(args: readonly string[], { cwd, env }: CallOptions = {}): Started {
  const began = Date.now();
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr, seconds: (Date.now() - began) / 1000 });
    });
  });
  const said = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(stderr)) resolve();
      };
      listeners.add(look);
      look();
      void ended.then(() => {
        reject(new Error(`ended without saying ${String(pattern)}: ${stderr}`));
      });
    });
  return { child, ended, said };
}

/** Runs the real command line to its end. */
export function litesnn(args: readonly string[], options: CallOptions = {}): Promise<Outcome> {
  return startLitesnn(args, options).ended;
}

/** The one JSON object on stdout of a call with --json that must have succeeded. */
export async function litesnnJson<T>(args: readonly string[], options: CallOptions = {}): Promise<T> {
  const { code, signal, stdout, stderr } = await litesnn([...args, '--json'], options);
  expect({ code, signal }, stderr).to.deep.equal({ code: 0, signal: null });
  return onlyJson(stdout) as T;
}

export function onlyJson(stdout: string): unknown {
  expect(stdout.endsWith('\n'), 'a line of its own').to.equal(true);
  expect(stdout.trim().split('\n'), 'exactly one line on stdout').to.have.length(1);
  return JSON.parse(stdout);
}

export interface ErrorBody {
  readonly code: string;
  readonly exitCode: number;
  readonly message: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A call that must fail: exit code, exactly one line `litesnn: ...` on stderr (narration of stages apart) that matches, and the same
 * as an object on stdout.
 */
export async function refused(
  args: readonly string[],
  wanted: { readonly exitCode: number; readonly code: string; readonly says: RegExp },
  options: CallOptions = {},
): Promise<ErrorBody> {
  const { code, stdout, stderr } = await litesnn([...args, '--json'], options);
  const lines = stderr.split('\n').filter((line) => line.startsWith('litesnn: '));
  expect(lines, stderr).to.have.length(1);
  expect(stderr.endsWith(`${lines[0]}\n`), 'the error is the last line').to.equal(true);
  expect(lines[0]).to.match(wanted.says);
  const { error } = onlyJson(stdout) as { error: ErrorBody };
  expect({ exitCode: code, code: error.code }).to.deep.equal({
    exitCode: wanted.exitCode,
    code: wanted.code,
  });
  expect(error.exitCode).to.equal(wanted.exitCode);
  return error;
}
