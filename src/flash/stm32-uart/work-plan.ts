import type { Comparison } from './compare-pages.js';
import { MAX_BLOCK_BYTES } from './frames.js';
import type { Page } from './page-layout.js';
import type { Section } from './program.js';

/** Sections that are written and compared before the next step begins. */
export interface WorkStep {
  readonly write: readonly Section[];
  /** All of the image up to here that no step before compared, written or not. */
  readonly whole: readonly Section[];
}

export interface WorkPlan {
  /** The vector table's page first: from then on the old application cannot start any more. */
  readonly erase: readonly Page[];
  readonly write: readonly Section[];
  readonly steps: readonly WorkStep[];
  readonly unchanged: number;
}

/**
 * What has to be erased and written. Where anything differs, the page of the vector table is written anew even if it is the
 * same, so that a job that is cut off leaves nothing that could start.
 */
export function planWork(image: Uint8Array, { pages }: Comparison): WorkPlan {
  const changed = pages.some(({ state }) => state !== 'same');
  const chosen = pages.filter(({ state }, index) => state !== 'same' || (changed && index === 0));
  const sections = chosen.map(({ page }) => sectionOf(image, page.offset, page.offset + page.bytes));
  const rest = sections
    .map(({ offset, bytes }) => sectionOf(image, Math.max(offset, MAX_BLOCK_BYTES), offset + bytes.length))
    .filter(({ bytes }) => bytes.length > 0);
  const head = changed ? [sectionOf(image, 0, MAX_BLOCK_BYTES)] : [];
  const tail = sectionOf(image, MAX_BLOCK_BYTES, image.length);
  return {
    erase: chosen.filter(({ state }) => state !== 'blank').map(({ page }) => page),
    write: [...rest, ...head],
    steps: changed
      ? [
          { write: rest, whole: tail.bytes.length === 0 ? [] : [tail] },
          { write: head, whole: head },
        ]
      : [],
    unchanged: pages.length - chosen.length,
  };
}

/** Nothing where `from` lies behind `to`. */
function sectionOf(image: Uint8Array, from: number, to: number): Section {
  return { offset: from, bytes: image.subarray(from, Math.max(from, to)) };
}
