import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ExitCode, LitesnnError } from '../src/core/errors.js';

export interface Greeting {
  readonly engine: string;
  readonly threads: number;
  /** Resident when the process had its libraries and nothing else. */
  readonly startBytes: number;
}

export interface StepsAnswer {
  readonly seconds: readonly number[];
  /** Of all threads of the process. */
  readonly cpuSeconds: readonly number[];
  readonly losses: readonly number[];
  /** Of the last step, a population. */
  readonly rates: readonly number[];
  /** Most memory that was ever resident. */
  readonly peakBytes: number;
}

const LAST_ERROR_CHARACTERS = 300;

/** A process that trains on command: one line of JSON in, one out. It sleeps while nothing is asked of it. */
export class TrainProcess {
  readonly seconds: number[] = [];
  readonly cpuSeconds: number[] = [];
  readonly losses: number[] = [];
  rates: readonly number[] = [];
  peakBytes = 0;

  private constructor(
    readonly greeting: Greeting,
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly answers: Answers,
  ) {}

  static async start(program: string, args: readonly string[]): Promise<TrainProcess> {
    const child = spawn(program, args);
    const answers = new Answers(child);
    return new TrainProcess((await answers.next()) as Greeting, child, answers);
  }

  /** The next `steps` steps. */
  async run(steps: number): Promise<void> {
    this.child.stdin.write(`${JSON.stringify({ from: this.losses.length, steps })}\n`);
    const answer = (await this.answers.next()) as StepsAnswer;
    this.seconds.push(...answer.seconds);
    this.cpuSeconds.push(...answer.cpuSeconds);
    this.losses.push(...answer.losses);
    this.rates = answer.rates;
    this.peakBytes = answer.peakBytes;
  }

  stop(): void {
    this.child.stdin.end();
    this.child.kill();
  }
}

/** Lines of a process, and what it complained about last. */
class Answers {
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.on('data', (text: Buffer) => {
      this.errors = (this.errors + text.toString()).slice(-LAST_ERROR_CHARACTERS);
    });
    child.on('error', (error) => (this.errors = error.message));
    // A process that has died is noticed by its missing answer.
    child.stdin.on('error', () => undefined);
  }

  async next(): Promise<unknown> {
    const line = await this.lines.next();
    if (line.done !== true) return JSON.parse(line.value);
    const message = `a training process has ended: ${this.errors.trim()}`;
    throw new LitesnnError('BENCH_PROCESS_DIED', ExitCode.internal, message);
  }
}
