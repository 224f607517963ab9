import { earlyPart, type EarlyExit } from '../../model/early-exit.js';
import type { IntegerModel } from '../../model/types.js';
import { bytesOf, typeOf } from './integers.js';
import { headStart } from './network.js';
import type { NetworkPlan } from './types.js';

/**
 * A network's plan with early exit. Both passes use the same kernels and the same places in the arena, the first with fewer
 * timesteps; only what the logits start from is a table of its own. Predicted instructions become those expected of an inference.
 * @param early plan of the first timesteps alone
 * @param share part of the inferences that end early, 0..1
 */
export function withEarlyExit(
  model: IntegerModel,
  plan: NetworkPlan,
  early: NetworkPlan,
  exit: EarlyExit & { readonly share: number },
): NetworkPlan {
  const { timesteps, margin, share } = exit;
  const biasType = typeOf(headStart(earlyPart(model, exit)));
  const bytes = model.head.bias.length * bytesOf(biasType);
  const expected = (first: number, all: number): number => Math.round(first + (1 - share) * all);
  const layers = plan.layers.map((layer, i) => ({
    ...layer,
    instructions: expected(early.layers[i].instructions, layer.instructions),
  }));
  const { flash, instructions } = plan.head;
  const head = {
    ...plan.head,
    flash: { ...flash, tables: flash.tables + bytes },
    instructions: expected(early.head.instructions, instructions),
  };
  return {
    ...plan,
    earlyExit: { timesteps, margin, share, biasType },
    layers,
    head,
    flashBytes: plan.flashBytes + bytes,
    instructions: [...layers, head].reduce((sum, part) => sum + part.instructions, 0),
  };
}
