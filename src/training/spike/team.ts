import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { Kernels } from './kernels.js';
import type { Phase, Programs, Task } from './program.js';

/** Control words in shared memory: the command, phases completed, items done of the phase that runs, a failure. */
const COMMAND = 0;
const COMPLETED = 1;
const DONE = 2;
const FAILED = 3;
/** From here on, for each item of a phase, the last phase in which somebody took it. */
const TAKEN = 4;

const STOP = -1;

/** A command is `phases before it * PROGRAM_SLOTS + program + 1`: no two are alike, and none is 0. */
const PROGRAM_SLOTS = 4;

/** Phases are often shorter than a futex call: look this often before sleeping (some 20 microseconds). */
const LOOKS_BEFORE_SLEEP = 4000;

/** A failure is noticed by a notification; this is for the one that came between looking and sleeping. */
const FAILURE_POLL_MS = 1000;

/** Control words that a team needs whose phases have at most this many parts and tasks together. */
export function controlWords(items: number): number {
  return TAKEN + items;
}

function teamFailure(): LitesnnError {
  return new LitesnnError('TRAINING_THREAD_FAILED', ExitCode.internal, 'a training thread has failed', {
    hint: 'try again with --threads 1, and report it if it fails again',
  });
}

/**
 * One of the threads that run the programs; thread 0 is the caller's. The items of a phase (its tasks, and the parts of the
 * batch) are taken by whoever comes first, one's own before others', and the next phase begins when all items are done: a thread
 * that the system does not run holds up nobody unless it holds an item. Who does an item makes no difference to the result.
 *
 * A thread may lag behind by whole phases, or commands. It finds all their items taken and catches up.
 */
export class TeamMember {
  private readonly control: Int32Array;
  /** Phases of all commands so far (thread 0). */
  private phases = 0;

  constructor(
    private readonly setup: Programs,
    private readonly kernels: Kernels,
    memory: WebAssembly.Memory,
    private readonly thread: number,
  ) {
    this.control = new Int32Array(memory.buffer, setup.control, controlWords(setup.items));
  }

  /** Thread 0: runs a program on all threads; when it returns, all of it is done. */
  command(program: number): void {
    if (Atomics.load(this.control, FAILED) !== 0) throw teamFailure();
    const before = this.phases;
    this.phases += this.setup.programs[program].length;
    this.give(before * PROGRAM_SLOTS + program + 1);
    this.runProgram(program, before);
  }

  /** Thread 0: lets the other threads end. */
  stop(): void {
    this.give(STOP);
  }

  /** Other threads: obeys commands until told to stop. */
  obey(): void {
    for (let command = 0; ;) {
      this.waitWhile(COMMAND, command);
      command = Atomics.load(this.control, COMMAND);
      if (command === STOP) return;
      this.runProgram((command - 1) % PROGRAM_SLOTS, Math.floor((command - 1) / PROGRAM_SLOTS));
    }
  }

  private give(command: number): void {
    Atomics.store(this.control, COMMAND, command);
    Atomics.notify(this.control, COMMAND);
  }

  private runProgram(program: number, before: number): void {
    try {
      this.setup.programs[program].forEach((phase, i) => {
        this.runPhase(phase, before + i + 1);
      });
    } catch (error) {
      Atomics.store(this.control, FAILED, 1);
      Atomics.notify(this.control, COMPLETED);
      throw error;
    }
  }

  /** `number`: counted over all commands, from 1. */
  private runPhase(phase: Phase, number: number): void {
    this.runItems(phase, number, true);
    this.runItems(phase, number, false);
    for (;;) {
      const completed = Atomics.load(this.control, COMPLETED);
      if (completed >= number) return;
      this.waitWhile(COMPLETED, completed);
    }
  }

  private runItems(phase: Phase, number: number, own: boolean): void {
    const { parts, threads } = this.setup;
    phase.tasks.forEach((task, i) => {
      if ((task.owner === this.thread) !== own || !this.take(parts.length + i, number)) return;
      this.runTask(task);
      this.finishItem(phase, number);
    });
    for (let part = 0; part < parts.length; part++) {
      if ((part % threads === this.thread) !== own || !this.take(part, number)) continue;
      this.runPart(phase, part);
      this.finishItem(phase, number);
    }
  }

  private runTask({ kernel, descriptor }: Task): void {
    this.kernels[kernel](descriptor);
  }

  private runPart(phase: Phase, part: number): void {
    const { from, to } = this.setup.parts[part];
    for (const { kernel, descriptor } of phase.calls) this.kernels[kernel](descriptor, part, from, to);
  }

  private take(item: number, number: number): boolean {
    const last = Atomics.load(this.control, TAKEN + item);
    return last < number && Atomics.compareExchange(this.control, TAKEN + item, last, number) === last;
  }

  private finishItem(phase: Phase, number: number): void {
    const items = phase.tasks.length + this.setup.parts.length;
    if (Atomics.add(this.control, DONE, 1) + 1 < items) return;
    Atomics.store(this.control, DONE, 0);
    Atomics.store(this.control, COMPLETED, number);
    Atomics.notify(this.control, COMPLETED);
  }

  private waitWhile(word: number, value: number): void {
    for (let look = 0; look < LOOKS_BEFORE_SLEEP; look++) {
      if (Atomics.load(this.control, word) !== value) return;
    }
    while (Atomics.load(this.control, word) === value) {
      if (Atomics.load(this.control, FAILED) !== 0) throw teamFailure();
      Atomics.wait(this.control, word, value, FAILURE_POLL_MS);
    }
  }
}
