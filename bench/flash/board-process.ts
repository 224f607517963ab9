// A virtual board at the far end of a pseudo terminal, as slow as a real wire and a real flash: `node board-process.js <port> <baud> <loader> [image]`.
// It runs in a process of its own, so that neither host program shares its turn of the event loop.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { FakeLoader } from '../../test/flash/support/fake-loader.js';
import { LOADERS, type LoaderName } from './loaders.js';
import { programmingMs, ThrottledWire } from './throttled-line.js';

const [port, baudText, name, image] = process.argv.slice(2) as (string | undefined)[];
const baud = Number(baudText);
// One pseudo terminal and a pipe to it: every further hop would cost time that is neither host's nor wire's.
const socat = spawn('socat', [`pty,raw,echo=0,link=${port ?? ''}`, 'stdio'], {
  stdio: ['pipe', 'pipe', 'ignore'],
});
socat.on('exit', () => process.exit(1));

const down = new ThrottledWire(baud, 'to the host', (bytes) => {
  socat.stdin.write(bytes);
});
/** Until the relay's own time is known, every byte goes straight back. */
let echo = true;
let busyUntil = 0;
const loader = new FakeLoader(
  (bytes) => {
    down.send(bytes, busyUntil);
  },
  undefined,
  { commands: LOADERS[name as LoaderName], flashBytes: 512 * 1024 },
);
if (image !== undefined) loader.flash.set(readFileSync(image));

loader.onChange = (bytes) => {
  const ms = bytes === 0 ? programmingMs(1, 0) : programmingMs(0, bytes);
  busyUntil = Math.max(busyUntil, performance.now()) + ms;
};
const up = new ThrottledWire(baud, 'to the board', (bytes) => {
  loader.receive(bytes);
});
socat.stdout.on('data', (bytes: Buffer) => {
  if (echo) socat.stdin.write(bytes);
  else up.send(bytes);
});

process.on('message', (message: { relayMs?: number }) => {
  if (message.relayMs !== undefined) {
    up.relayMs = message.relayMs;
    down.relayMs = message.relayMs;
    echo = false;
  }
  process.send?.({ started: loader.started, flash: Buffer.from(loader.flash).toString('base64') });
});
process.on('disconnect', () => socat.kill('SIGKILL'));
while (!existsSync(port ?? '')) await new Promise((resolve) => setTimeout(resolve, 10));
process.send?.({ ready: true });
