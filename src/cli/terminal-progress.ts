import { MultiBar, Presets } from 'cli-progress';
import type { Progress, ProgressTask } from '../core/progress.js';

/** How often a log (no terminal) gets a line of progress, milliseconds. */
const LOG_INTERVAL_MS = 10_000;

function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return minutes > 0 ? `${minutes}m${String(whole % 60).padStart(2, '0')}s` : `${whole}s`;
}

/** Time left by the mean rate since the task began, in seconds. */
function secondsLeft(startedMs: number, first: number, done: number, total: number): number {
  const advanced = done - first;
  if (advanced <= 0) return Number.POSITIVE_INFINITY;
  return ((Date.now() - startedMs) / 1000 / advanced) * (total - done);
}

function drawnProgress(): Progress {
  let bars: MultiBar | undefined;
  const open = (): MultiBar =>
    (bars ??= new MultiBar(
      {
        format: '{label} {bar} {percentage} % {left} left  {detail}',
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      },
      Presets.shades_classic,
    ));
  let running = 0;
  return {
    start(label, total) {
      const bar = open().create(total, 0, { label, detail: '', left: '?' });
      const started = Date.now();
      let first: number | undefined;
      running++;
      return {
        update(done, detail = '') {
          first ??= done;
          bar.update(done, { detail, left: durationText(secondsLeft(started, first, done, total)) });
        },
        finish() {
          bar.stop();
          running--;
          if (running === 0) {
            bars?.stop();
            bars = undefined;
          }
        },
      };
    },
    note(text) {
      if (bars === undefined) process.stderr.write(`${text}\n`);
      else bars.log(`${text}\n`);
    },
  };
}

function loggedProgress(): Progress {
  return {
    start(label, total): ProgressTask {
      const started = Date.now();
      let last = started;
      let first: number | undefined;
      return {
        update(done, detail = '') {
          first ??= done;
          const now = Date.now();
          if (now - last < LOG_INTERVAL_MS) return;
          last = now;
          const left = durationText(secondsLeft(started, first, done, total));
          process.stderr.write(`${label}: ${done} of ${total}, ${left} left  ${detail}\n`);
        },
        finish() {
          const seconds = (Date.now() - started) / 1000;
          if (seconds > 2) process.stderr.write(`${label}: done in ${durationText(seconds)}\n`);
        },
      };
    },
    note(text) {
      process.stderr.write(`${text}\n`);
    },
  };
}

/** Bars on a terminal, sparse lines in a log; always on stderr, so that stdout holds results only. */
export function terminalProgress(): Progress {
  return process.stderr.isTTY ? drawnProgress() : loggedProgress();
}
