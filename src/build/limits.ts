import { ExitCode, LitesnnError } from '../core/errors.js';
import type { ImageRegions } from '../codegen/firmware/board-files.js';
import type { FirmwareImage, MemoryKind } from './image.js';

/** Limits below the board's own. */
export interface MemoryBudget {
  readonly flashBytes?: number | undefined;
  readonly ramBytes?: number | undefined;
}

export interface MemoryNeed {
  readonly flashBytes: number;
  readonly staticRamBytes: number;
  /** Unknown when the image could not be linked. */
  readonly stackBytes?: number | undefined;
  readonly symbols: FirmwareImage['largest'];
}

const PARTS_IN_MESSAGE = 3;
const PARTS_IN_DETAILS = 12;

/** @throws LitesnnError BUILD_TOO_LARGE with the numbers and the largest parts */
export function checkLimits(
  targetName: string,
  regions: ImageRegions,
  need: MemoryNeed,
  budget: MemoryBudget,
): void {
  const limits = [
    { memory: 'flash', need: need.flashBytes, limit: regions.flash.bytes, of: targetName },
    { memory: 'ram', need: ramNeed(need), limit: regions.ram.bytes, of: targetName },
    { memory: 'flash', need: need.flashBytes, limit: budget.flashBytes, of: 'the budget' },
    { memory: 'ram', need: ramNeed(need), limit: budget.ramBytes, of: 'the budget' },
  ] as const;
  for (const { memory, need: bytes, limit, of } of limits) {
    if (limit !== undefined && bytes > limit) throw tooLarge(memory, bytes, limit, of, need);
  }
}

function ramNeed({ staticRamBytes, stackBytes }: MemoryNeed): number {
  return staticRamBytes + (stackBytes ?? 0);
}

function tooLarge(
  memory: 'flash' | 'ram',
  bytes: number,
  limit: number,
  of: string,
  need: MemoryNeed,
): LitesnnError {
  const { flashBytes, staticRamBytes, stackBytes, symbols } = need;
  const parts = [
    ...(memory === 'ram' && stackBytes !== undefined
      ? [{ name: 'stack', bytes: stackBytes, memory: 'ram' as MemoryKind }]
      : []),
    ...symbols.filter((symbol) => symbol.memory === memory || symbol.memory === 'both'),
  ].sort((a, b) => b.bytes - a.bytes);
  const named = parts.slice(0, PARTS_IN_MESSAGE).map((part) => `${part.name} ${part.bytes}`);
  const label = memory === 'flash' ? 'flash' : 'RAM';
  return new LitesnnError(
    'BUILD_TOO_LARGE',
    ExitCode.infeasible,
    `the firmware needs ${bytes} bytes of ${label}, ${bytes - limit} more than ${of} allows (${limit}); largest: ${named.join(', ')}`,
    {
      hint: 'search with a smaller budget, or choose a larger board',
      details: {
        memory,
        bytes,
        limit,
        flashBytes,
        staticRamBytes,
        stackBytes,
        largest: parts.slice(0, PARTS_IN_DETAILS),
      },
    },
  );
}
