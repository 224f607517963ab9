/**
 * The process of one recording: reads the instrument and writes to disk, whatever the process that measures is busy with. When that dies
 * it stops the instrument and closes the file.
 */
import { LitesnnError, messageOf } from '../../../core/errors.js';
import { openAnalyzer } from '../open-analyzer.js';
import { RecordingWriter } from '../recording/writer.js';
import { CountingSink } from './counting-sink.js';
import type { RecorderFailure, RecorderMessage, RecorderOrder } from './messages.js';

const COUNTS_MS = 20;

function say(message: RecorderMessage): void {
  if (process.connected) process.send?.(message);
}

function failureOf(error: unknown): RecorderFailure {
  if (error instanceof LitesnnError) {
    const { code, exitCode, message, hint } = error;
    return { code, exitCode, message, hint };
  }
  return { code: 'INTERNAL', exitCode: 1, message: messageOf(error), hint: undefined };
}

async function record({ spec, volts, recording }: RecorderOrder): Promise<void> {
  const analyzer = await openAnalyzer(spec, volts);
  const began = performance.now();
  const writer = await RecordingWriter.create(
    recording,
    analyzer.identity,
    () => (performance.now() - began) / 1000,
  );
  const sink = new CountingSink(writer);
  let ending: Promise<void> | undefined;
  const end = async (error: unknown): Promise<void> => {
    clearInterval(timer);
    if (error === undefined) await analyzer.stop().catch(() => undefined);
    await writer.close();
    const failure = error ?? writer.failure;
    say(
      failure === undefined
        ? { kind: 'stopped', counts: sink.counts }
        : { kind: 'failed', failure: failureOf(failure) },
    );
    await analyzer.close();
    process.exit();
  };
  const finish = (error?: unknown): void => {
    ending ??= end(error);
  };
  const timer = setInterval(() => {
    say({ kind: 'counts', counts: sink.counts });
    if (writer.failure !== undefined) finish(writer.failure);
  }, COUNTS_MS);
  void analyzer.failed.then(finish);
  process.on('message', () => {
    finish();
  });
  process.on('disconnect', () => {
    finish();
  });
  await analyzer.start(sink);
  say({ kind: 'started', identity: analyzer.identity });
}

// Ctrl-C reaches the whole group: the process that measures decides what is stopped.
process.on('SIGINT', () => undefined);
process.once('message', (order) => {
  record(order as RecorderOrder).catch((error: unknown) => {
    say({ kind: 'failed', failure: failureOf(error) });
    process.exit();
  });
});
