/** The process of one virtual instrument: its own clock, whatever the process that measures is busy with. */
import { LitesnnError, messageOf } from '../../core/errors.js';
import { BoardTimeline } from './board-timeline.js';
import type { InstrumentConfig, InstrumentMessage } from './instrument-messages.js';
import { InstrumentRunner } from './instrument-runner.js';
import { openPty, type Pty } from './pty.js';
import { VirtualPpk2 } from './virtual-ppk2.js';
import type { VirtualInstrument } from './virtual-instrument.js';

const TICK_MS = 2;

const makers: Readonly<
  Record<InstrumentConfig['kind'], (board: BoardTimeline, seed: number) => VirtualInstrument>
> = {
  ppk2: (board, seed) => new VirtualPpk2(board, seed),
  lpm01a: (board, seed) => new VirtualPpk2(board, seed),
};

function say(message: InstrumentMessage): void {
  process.send?.(message);
}

async function run({ kind, target, scale, seed, faults }: InstrumentConfig): Promise<void> {
  const board = new BoardTimeline(target);
  const instrument = makers[kind](board, seed);
  const port: { pty?: Pty } = {};
  const runner = new InstrumentRunner(instrument, {
    scale,
    faults,
    now: () => performance.now() / 1000,
    send: (bytes) => port.pty?.send(bytes) ?? 0,
    unplug: () => {
      port.pty?.end();
    },
  });
  const pty = await openPty((bytes) => {
    runner.receive(bytes);
  });
  port.pty = pty;
  process.stdin.on('data', (text: Buffer) => {
    board.push(text);
    // Nobody looks: what the board does now is in no recording.
    if (!runner.streaming) board.forget();
  });
  setInterval(() => {
    runner.tick();
  }, TICK_MS);
  process.on('exit', () => {
    pty.end();
  });
  say({ kind: 'port', path: pty.path });
}

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
process.once('message', (config) => {
  run(config as InstrumentConfig).catch((error: unknown) => {
    const { code, exitCode } = error instanceof LitesnnError ? error : { code: 'INTERNAL', exitCode: 1 };
    say({ kind: 'failed', code, exitCode, message: messageOf(error) });
  });
});
