import { readdirSync, readFileSync } from 'node:fs';

/** Emulators that run a kernel below this folder. */
export function emulatorsOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes('qemu-system-arm') && line.includes(folder);
      } catch {
        // Ended meanwhile.
        return false;
      }
    })
    .map(Number);
}

/** The kernel ends an orphan at once, but not in the same instant. */
export async function noEmulatorLeft(folder: string): Promise<boolean> {
  for (let attempt = 0; attempt < 40; attempt++) {
    if (emulatorsOf(folder).length === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
