import { ExitCode, LitesnnError } from '../../../core/errors.js';
import type { Target } from '../../../targets/target.js';
import type { BoardFamily } from './family.js';
import { mps2 } from './mps2.js';
import { stm32 } from './stm32.js';

const families: readonly BoardFamily[] = [mps2, ...stm32];

export function familyOf(target: Target): BoardFamily {
  const found = families.find(({ name }) => name === target.family);
  if (found !== undefined) return found;
  throw new LitesnnError(
    'TARGET_FAMILY_UNKNOWN',
    ExitCode.usage,
    `${target.name}: there is no board family "${target.family}"`,
    { hint: `known families: ${families.map(({ name }) => name).join(', ')}` },
  );
}
