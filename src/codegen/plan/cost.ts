import type { Core } from '../../targets/target.js';
import { CORTEX_M0PLUS } from './costs/cortex-m0plus.js';
import { CORTEX_M3 } from './costs/cortex-m3.js';
import { CORTEX_M33 } from './costs/cortex-m33.js';
import { CORTEX_M4 } from './costs/cortex-m4.js';
import { CORTEX_M7 } from './costs/cortex-m7.js';
import type { CostTable } from './costs/table.js';
import type { Work } from './work.js';

/** Cores without a fit of their own have that of the nearest instruction set. */
const TABLES: Readonly<Record<Core, CostTable>> = {
  'cortex-m0': CORTEX_M0PLUS,
  'cortex-m0plus': CORTEX_M0PLUS,
  'cortex-m3': CORTEX_M3,
  'cortex-m4': CORTEX_M4,
  'cortex-m7': CORTEX_M7,
  'cortex-m33': CORTEX_M33,
  'cortex-m55': CORTEX_M33,
};

/** A plan that is for no board is costed for the most common core. */
const ANY_CORE: Core = 'cortex-m4';

export function costTable(core: Core = ANY_CORE): CostTable {
  return TABLES[core];
}

/** Predicted instructions of some work. */
export function instructionsOf(work: Work, table: CostTable): number {
  return Object.entries(work).reduce((sum, [part, count]) => sum + count * costOf(part, table), 0);
}

/** A kernel that is newer than the fit: about what a plain C loop takes for a spike, a neuron, a product. */
const UNFITTED = 8;

function costOf(part: string, { instructions }: CostTable): number {
  const known = instructions[part] as number | undefined;
  if (known !== undefined) return known;
  const kernel = part.slice(0, part.indexOf('.') + 1);
  const fitted = Object.keys(instructions).some((name) => name.startsWith(kernel));
  // A fitted kernel has no cost for what its time does not depend on.
  return !fitted && /\.(event|neuron|product)$/.test(part) ? UNFITTED : 0;
}
