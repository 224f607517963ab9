import type { ProgressTask } from '../../core/progress.js';
import type { DeviceIdentity, FlashReport } from '../flasher.js';
import { stm32Crc } from '../../core/stm32-crc.js';
import { comparePages, type Comparison } from './compare-pages.js';
import { Command, MAX_BLOCK_BYTES } from './frames.js';
import { flashError, isStepFault } from './loader-errors.js';
import type { Stm32Loader } from './loader.js';
import type { Page } from './page-layout.js';

/** The widest unit that a part programs at once (STM32H7: 256 bits); images are padded to it with erased bytes. */
const WIDEST_PROGRAM_UNIT = 32;

const VERIFY_HINT = 'try again; if it stays, the flash or the line is faulty';

export function paddedImage(image: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(image.length / WIDEST_PROGRAM_UNIT) * WIDEST_PROGRAM_UNIT).fill(
    0xff,
  );
  padded.set(image);
  return padded;
}

/** Part of the image, at an offset from the first application byte. */
export interface Section {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Programs one device; counts what had to be repeated. */
export class Programmer {
  retries = 0;

  constructor(
    private readonly loader: Stm32Loader,
    private readonly identity: DeviceIdentity,
    private readonly wireBase: number,
    /** How often one block, or one part of a comparison, is tried. */
    private readonly attempts: number,
  ) {}

  /** Never repeated: after a refusal the state of the pages is unknown, and a protected part stays protected. */
  async erase(pages: readonly Page[], task: ProgressTask): Promise<void> {
    try {
      await this.loader.erase(pages, this.identity.commands, (done) => {
        task.update(done);
      });
    } catch (error) {
      if (!isStepFault(error)) throw error;
      const hint =
        'look for write protection (option bytes), reset the board into its boot loader and try again';
      throw flashError('FLASH_ERASE_FAILED', `erase failed: ${error.message}`, hint, undefined, error);
    }
  }

  /** What the pages hold now. */
  compare(image: Uint8Array, pages: readonly Page[]): Promise<Comparison> {
    const { commands } = this.identity;
    return comparePages(this.loader, commands, this.wireBase, image, pages, (what, operation) =>
      this.repeated('FLASH_VERIFY_FAILED', what, operation),
    );
  }

  async write(section: Section, onBytes: (done: number) => void): Promise<void> {
    for (let start = 0; start < section.bytes.length; start += MAX_BLOCK_BYTES) {
      const block = section.bytes.subarray(start, start + MAX_BLOCK_BYTES);
      // Erased flash holds it already.
      if (!block.every((byte) => byte === 0xff)) await this.writeBlock(section.offset + start, block);
      onBytes(block.length);
    }
  }

  /** Rejects with `FLASH_VERIFY_MISMATCH`. */
  async verify(section: Section, onBytes: (done: number) => void): Promise<FlashReport['verifiedBy']> {
    if (this.identity.commands.includes(Command.getChecksum) && (await this.verifyByChecksum(section))) {
      onBytes(section.bytes.length);
      return 'checksum';
    }
    for (let start = 0; start < section.bytes.length; start += MAX_BLOCK_BYTES) {
      const block = section.bytes.subarray(start, start + MAX_BLOCK_BYTES);
      const offset = section.offset + start;
      const read = (): Promise<Uint8Array> =>
        this.repeated('FLASH_VERIFY_FAILED', `read back at offset ${offset}`, () =>
          this.loader.read(this.wireBase + offset, block.length),
        );
      let found = await read();
      // What is read carries no checksum: a difference counts when it is there a second time.
      if (Buffer.compare(found, block) !== 0) found = await read();
      const wrong = found.findIndex((byte, i) => byte !== block[i]);
      if (wrong >= 0) {
        throw flashError(
          'FLASH_VERIFY_MISMATCH',
          `the flash differs from the image at offset ${offset + wrong}`,
          VERIFY_HINT,
          {
            offset: offset + wrong,
            expected: block[wrong],
            found: found[wrong],
          },
        );
      }
      onBytes(block.length);
    }
    return 'read-back';
  }

  /** False where the loader lists the command but refuses it: some ROMs do for some areas. */
  private async verifyByChecksum({ offset, bytes }: Section): Promise<boolean> {
    const found = await this.repeated('FLASH_VERIFY_FAILED', `checksum at offset ${offset}`, async () => {
      try {
        return await this.loader.getChecksum(this.wireBase + offset, bytes.length);
      } catch (error) {
        if (isStepFault(error) && error.code === 'FLASH_NACK') return undefined;
        throw error;
      }
    });
    if (found === undefined) return false;
    const expected = stm32Crc(bytes);
    if (found !== expected) {
      const message = `the checksum of ${bytes.length} bytes at offset ${offset} differs from the image's`;
      throw flashError('FLASH_VERIFY_MISMATCH', message, VERIFY_HINT, { offset, expected, found });
    }
    return true;
  }

  private async writeBlock(offset: number, block: Uint8Array): Promise<void> {
    const address = this.wireBase + offset;
    let first = true;
    await this.repeated('FLASH_WRITE_FAILED', `write at offset ${offset}`, async () => {
      // The lost answer may have been an ACK: a block that arrived is not programmed twice (parts with ECC refuse that).
      if (!first && Buffer.compare(await this.loader.read(address, block.length), block) === 0) return;
      first = false;
      await this.loader.write(address, block);
    });
  }

  /** Repeats after faults of the line, each time from a loader that waits for a command. */
  private async repeated<T>(code: string, what: string, operation: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        if (attempt > 1) await this.loader.resync();
        return await operation();
      } catch (error) {
        if (!isStepFault(error)) throw error;
        if (attempt >= this.attempts) {
          const message = `${what} failed ${attempt} times: ${error.message}`;
          throw flashError(
            code,
            message,
            'check cable and baud rate, reset the board and try again',
            undefined,
            error,
          );
        }
        this.retries += 1;
      }
    }
  }
}
