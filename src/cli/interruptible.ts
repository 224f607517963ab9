import { interrupted } from '../core/errors.js';
import type { Progress } from '../core/progress.js';

/**
 * Progress whose updates throw INTERRUPTED (exit code 130) once the signal is aborted. For work that takes no signal of its own and
 * leaves nothing half done: it stops at its next update.
 */
export function interruptible(progress: Progress, signal: AbortSignal, what: string): Progress {
  return {
    start(label, total) {
      const task = progress.start(label, total);
      return {
        update(done, detail) {
          if (signal.aborted) {
            task.finish();
            throw interrupted(what);
          }
          task.update(done, detail);
        },
        finish() {
          task.finish();
        },
      };
    },
    note(text) {
      progress.note(text);
    },
  };
}
