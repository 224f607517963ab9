import { backgroundOf, type Backgrounds } from './background.js';
import { coverOf } from './cover.js';
import { levelOf } from './level.js';
import { moveOf } from './move.js';
import type { Augment, AugmentSpec } from './spec.js';

const NO_BACKGROUNDS: Backgrounds = { count: 0, inputs: new Int8Array(0) };

/**
 * All changes of a spec in the order in which they happen in the world: the thing moves, noise joins it, the recorder sets the level;
 * parts are covered last.
 * @param backgrounds training samples of the spec's background class
 */
export function augmentOf(
  spec: AugmentSpec | undefined,
  backgrounds: Backgrounds = NO_BACKGROUNDS,
): Augment | undefined {
  if (spec === undefined) return undefined;
  const { background } = spec;
  const steps = [
    moveOf(spec),
    background === undefined ? undefined : backgroundOf(background, backgrounds),
    levelOf(spec),
    coverOf(spec),
  ].filter((step) => step !== undefined);
  if (steps.length === 0) return undefined;
  return (sample, shape, random) => {
    for (const step of steps) step(sample, shape, random);
  };
}
