/** One line of progress; the command line draws it, tests and libraries use `silentProgress`. */
export interface ProgressTask {
  /** `done` of the total so far; `detail` is a short text such as `loss 1.23, accuracy 71 %`. */
  update(done: number, detail?: string): void;
  finish(): void;
}

export interface Progress {
  /** Starts a task of `total` steps; time left is derived from the rate so far. */
  start(label: string, total: number): ProgressTask;
  /** One line of narration. */
  note(text: string): void;
}

export const silentProgress: Progress = {
  start: () => ({
    update: () => undefined,
    finish: () => undefined,
  }),
  note: () => undefined,
};
