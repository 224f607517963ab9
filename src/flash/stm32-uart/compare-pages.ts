import { stm32Crc } from '../../core/stm32-crc.js';
import { Command, MAX_BLOCK_BYTES } from './frames.js';
import { isStepFault } from './loader-errors.js';
import type { Stm32Loader } from './loader.js';
import type { Page } from './page-layout.js';

/** What a page holds now, as far as the image reaches into it. */
export type PageState =
  /** The image already. */
  | 'same'
  /** Erased bytes: it can be written as it is. */
  | 'blank'
  | 'different';

export interface ComparedPage {
  readonly page: Page;
  readonly state: PageState;
}

export interface Comparison {
  readonly pages: readonly ComparedPage[];
  readonly by: 'checksum' | 'read-back';
}

/** So many pages in a row that differ in their first block mean another program: reading on would cost more than it saves. */
const FOREIGN_PAGES = 4;

/** Pages of one checksum at most, where the ones before differed. */
const MOST_PAGES_ASKED = 16;

type Repeat = <T>(what: string, operation: () => Promise<T>) => Promise<T>;

/**
 * Which pages hold the image already. By checksum where the loader has it, which costs a dozen bytes a page or group of pages; else by reading, which
 * ends at the first block of a page that differs. `repeat` does an operation again after faults of the line.
 */
export async function comparePages(
  loader: Stm32Loader,
  commands: readonly number[],
  wireBase: number,
  image: Uint8Array,
  pages: readonly Page[],
  repeat: Repeat,
): Promise<Comparison> {
  if (commands.includes(Command.getChecksum)) {
    const compared = await byChecksum(loader, wireBase, image, pages, repeat);
    if (compared !== undefined) return { pages: compared, by: 'checksum' };
  }
  return { pages: await byReading(loader, wireBase, image, pages, repeat), by: 'read-back' };
}

/** The image's bytes in a page. */
export function partOf(image: Uint8Array, { offset, bytes }: Page): Uint8Array {
  return image.subarray(offset, offset + bytes);
}

/** Undefined where the loader lists the command but refuses it. */
async function byChecksum(
  loader: Stm32Loader,
  wireBase: number,
  image: Uint8Array,
  pages: readonly Page[],
  repeat: Repeat,
): Promise<ComparedPage[] | undefined> {
  const checksum = (offset: number, length: number): Promise<number | undefined> =>
    repeat(`checksum at offset ${offset}`, async () => {
      try {
        return await loader.getChecksum(wireBase + offset, length);
      } catch (error) {
        if (isStepFault(error) && error.code === 'FLASH_NACK') return undefined;
        throw error;
      }
    });
  const whole = await checksum(0, image.length);
  if (whole === undefined) return undefined;
  if (whole === stm32Crc(image)) return pages.map((page) => ({ page, state: 'same' }));
  const compared: ComparedPage[] = [];
  // Where pages differ, the next ones probably do: they are asked for in groups that double, which are the same as a whole or not.
  for (let group = 1; compared.length < pages.length;) {
    const asked = pages.slice(compared.length, compared.length + group);
    const part = image.subarray(
      asked[0].offset,
      asked[asked.length - 1].offset + asked[asked.length - 1].bytes,
    );
    const found = await checksum(asked[0].offset, part.length);
    if (found === undefined) return undefined;
    const state = stateOf(found, part);
    compared.push(...asked.map((page) => ({ page, state })));
    group = state === 'different' ? Math.min(2 * group, MOST_PAGES_ASKED) : 1;
  }
  return compared;
}

function stateOf(checksum: number, part: Uint8Array): PageState {
  if (checksum === stm32Crc(part)) return 'same';
  return checksum === stm32Crc(new Uint8Array(part.length).fill(0xff)) ? 'blank' : 'different';
}

async function byReading(
  loader: Stm32Loader,
  wireBase: number,
  image: Uint8Array,
  pages: readonly Page[],
  repeat: Repeat,
): Promise<ComparedPage[]> {
  const compared: ComparedPage[] = [];
  let foreign = 0;
  for (const page of pages) {
    const equal = foreign < FOREIGN_PAGES ? await equalBytes(loader, wireBase, image, page, repeat) : 0;
    const same = equal === partOf(image, page).length;
    foreign = equal === 0 ? foreign + 1 : 0;
    compared.push({ page, state: same ? 'same' : 'different' });
  }
  return compared;
}

/** Bytes from the page's start in blocks that are the image's. */
async function equalBytes(
  loader: Stm32Loader,
  wireBase: number,
  image: Uint8Array,
  page: Page,
  repeat: Repeat,
): Promise<number> {
  const part = partOf(image, page);
  for (let start = 0; start < part.length; start += MAX_BLOCK_BYTES) {
    const block = part.subarray(start, start + MAX_BLOCK_BYTES);
    const offset = page.offset + start;
    const found = await repeat(`read at offset ${offset}`, () =>
      loader.read(wireBase + offset, block.length),
    );
    if (Buffer.compare(found, block) !== 0) return start;
  }
  return part.length;
}
