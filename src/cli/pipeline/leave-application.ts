import type { ByteLink } from '../../flash/link/byte-link.js';
import { sleep } from '../../flash/link/clock.js';
import { resetCommand } from '../../measure/frames/commands.js';
import { encodeFrame } from '../../measure/frames/frame-codec.js';

/** From the application's answer to the loader listening; a reset takes far less. */
const RESET_MS = 200;

/**
 * Asks a running measuring application to reset into the loader, before the loader is spoken to. A loader that already waits takes
 * the bytes for noise before its 7F.
 */
export async function leaveApplication(link: ByteLink): Promise<void> {
  // An empty frame first: it ends whatever was on the line.
  await link.write(Uint8Array.of(0));
  await link.write(encodeFrame({ ...resetCommand(), sequence: 0 }));
  await sleep(link.clock, RESET_MS);
  link.discardInput();
}
