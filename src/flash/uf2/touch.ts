import { openLink } from '../link/open-link.js';

/** "Leave for the boot loader" in the language of USB serial firmware (Arduino, Pico SDK). */
const TOUCH_BAUD = 1200;

/**
 * Opens a port at 1200 baud and lets DTR go. The board may vanish at any moment of it: what fails here shows itself by a drive that does
 * not come.
 */
export async function touch(port: string): Promise<void> {
  try {
    const link = await openLink(port, { baud: TOUCH_BAUD });
    try {
      await link.setPins?.({ dtr: false, rts: false, brk: false });
    } finally {
      await link.close();
    }
  } catch {
    return;
  }
}
