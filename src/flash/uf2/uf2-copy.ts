import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.js';
import type { ProgressTask } from '../../core/progress.js';
import type { Clock } from '../link/clock.js';
import { flashError } from '../stm32-uart/loader-errors.js';

const FILE_NAME = 'LITESNN.UF2';
const CHUNK_BYTES = 64 * 1024;

/**
 * Copies a UF2 file to a boot loader's drive and brings it to the device (fsync) within the time limit. The device restarts as
 * soon as it has the last block, so that an error after all bytes were handed over is as good as none: what counts is whether the
 * drive vanishes. Rejects with FLASH_WRITE_FAILED (exit 7).
 */
export async function copyToDrive(
  folder: string,
  file: Uint8Array,
  limitMs: number,
  clock: Clock,
  task: ProgressTask,
): Promise<void> {
  let written = 0;
  const copy = async (): Promise<void> => {
    const target = await open(join(folder, FILE_NAME), 'w');
    try {
      while (written < file.length) {
        const { bytesWritten } = await target.write(
          file,
          written,
          Math.min(CHUNK_BYTES, file.length - written),
        );
        written += bytesWritten;
        task.update(written);
      }
      await target.sync();
    } finally {
      await target.close();
    }
  };
  try {
    await bounded(copy(), limitMs, clock);
  } catch (cause) {
    if (written === file.length) return;
    throw flashError(
      'FLASH_WRITE_FAILED',
      `the drive ${folder} took ${written} of ${file.length} bytes: ${messageOf(cause)}`,
      'bring the board into its boot loader again (BOOTSEL or double reset) and try again',
      undefined,
      cause,
    );
  }
}

async function bounded(work: Promise<void>, limitMs: number, clock: Clock): Promise<void> {
  let cancel: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    cancel = clock.after(limitMs, () => {
      reject(new Error(`not done within ${limitMs / 1000} s`));
    });
  });
  // Given up, it may still fail later, when nobody waits for it.
  work.catch(() => undefined);
  try {
    await Promise.race([work, limit]);
  } finally {
    cancel?.();
  }
}
