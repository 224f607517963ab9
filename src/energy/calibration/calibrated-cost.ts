import type { CostOfWork } from '../../codegen/plan/types.js';
import type { Target } from '../../targets/target.js';
import { featuresOfWork, isHead } from './features.js';
import { expected, intervalFactor, type FittedModel } from './regression.js';

/**
 * A fitted quantity as a cost of work, in units of `unit` joule or seconds, so that the planner adds it up as it adds up instructions. With
 * the upper end of the prediction interval: what is compared with a limit has to hold when it is measured.
 */
export function calibratedCost(
  model: FittedModel,
  target: Pick<Target, 'core' | 'cyclesPerInstruction'>,
  unit: number,
): CostOfWork {
  const scale = intervalFactor(model) / unit;
  return (work, timesteps) => {
    const features = featuresOfWork(work, target);
    const whole = { ...features, timesteps: isHead(work) ? timesteps : 0 };
    return scale * expected(model, whole);
  };
}
