import { costTable, instructionsOf } from '../../codegen/plan/cost.js';
import type { EarlyExitPlan, NetworkPlan } from '../../codegen/plan/types.js';
import { addWork, headWork, layerWork, type Work } from '../../codegen/plan/work.js';
import { earlyPart } from '../../model/early-exit.js';
import type { IntegerModel } from '../../model/types.js';
import type { Target } from '../../targets/target.js';
import { kernelClassOf, KERNEL_CLASSES, type KernelClass } from './kernel-class.js';
import { weightBytesRead } from './weight-bytes.js';

/** Counts beside the cycles. */
export const COUNT_FEATURES = ['flashBytes', 'spikes', 'neurons', 'timesteps'] as const;

export type FeatureName = `cycles.${KernelClass}` | (typeof COUNT_FEATURES)[number];

/**
 * What is known of an inference before it runs, each a mean an inference: `cycles.<kernel class>` predicted by the planner,
 * `flashBytes` of weights that kernels read, `spikes` that they add, `neurons` updated, `timesteps`.
 */
export type Features = Readonly<Record<FeatureName, number>>;

export const FEATURES: readonly FeatureName[] = [
  ...KERNEL_CLASSES.map((name): FeatureName => `cycles.${name}`),
  ...COUNT_FEATURES,
];

/** Everything is linear in work: features of parts add up to the features of the whole. */
export function featuresOfWork(work: Work, target: Pick<Target, 'core' | 'cyclesPerInstruction'>): Features {
  const table = costTable(target.core);
  const features = emptyFeatures();
  for (const [part, count] of Object.entries(work)) {
    const cycles = instructionsOf({ [part]: count }, table) * target.cyclesPerInstruction.value;
    features[`cycles.${kernelClassOf(part)}`] += cycles;
    features.flashBytes += count * weightBytesRead(part);
    if (/\.(event|halfEvent)$/.test(part) && !part.startsWith('list-')) features.spikes += count;
    if (part.endsWith('.neuron') && part.startsWith('lif-')) features.neurons += count;
  }
  return features;
}

/** Timesteps are told by the head, which every network has once. */
export function isHead(work: Work): boolean {
  return 'head.once' in work;
}

function emptyFeatures(): Record<FeatureName, number> {
  return Object.fromEntries(FEATURES.map((name) => [name, 0])) as Record<FeatureName, number>;
}

function scaled(work: Work, factor: number): Work {
  return Object.fromEntries(Object.entries(work).map(([part, count]) => [part, factor * count]));
}

/** Work of a whole inference at the rates that the plan assumes. */
function workOf(model: IntegerModel, { layers, firingRates, inputRate }: NetworkPlan): Work {
  const rates = { layers: firingRates, input: inputRate };
  return addWork(
    ...layers.map((layer, index) => layerWork(model, index, layer, rates)),
    headWork(model, rates),
  );
}

/** Where inferences may end early: the first pass always, the whole network for those that go on. */
function withEarly(model: IntegerModel, plan: NetworkPlan, early: EarlyExitPlan): [Work, number] {
  const first = workOf(earlyPart(model, early), plan);
  const rest = 1 - early.share;
  return [addWork(first, scaled(workOf(model, plan), rest)), early.timesteps + rest * model.timesteps];
}

/** Features of a network as it is generated. The plan's rates have to be those of data known before the run. */
export function featuresOf(model: IntegerModel, plan: NetworkPlan, target: Target): Features {
  const [work, timesteps] =
    plan.earlyExit === undefined
      ? ([workOf(model, plan), model.timesteps] as const)
      : withEarly(model, plan, plan.earlyExit);
  return { ...featuresOfWork(work, target), timesteps };
}

/** The plan at other rates: kernels do not depend on them. */
export function planAtRates(
  plan: NetworkPlan,
  { firingRate, inputRate }: { readonly firingRate: readonly number[]; readonly inputRate: number },
): NetworkPlan {
  return { ...plan, firingRates: firingRate, inputRate };
}
