import { withEarlyExit } from '../../codegen/plan/early-exit.js';
import { planNetwork } from '../../codegen/plan/network.js';
import type { NetworkPlan, PlanOptions } from '../../codegen/plan/types.js';
import { elementsOf } from '../../core/geometry.js';
import type { Progress } from '../../core/progress.js';
import type { Split } from '../../data/dataset.js';
import { earlyPart, marginOf } from '../../model/early-exit.js';
import { Interpreter } from '../../model/interpreter.js';
import type { IntegerModel } from '../../model/types.js';
import { percent } from '../../report/format.js';
import { chooseExit, type EarlyAnswer } from '../../search/early-exit.js';
import type { Target } from '../../targets/target.js';

/** More samples would not make the threshold better than the split can tell. */
const SAMPLES = 2_000;

/** Samples take milliseconds: the event loop gets its turn for progress and signals. */
const TURN_MS = 50;

interface Answers {
  readonly full: boolean[];
  /** By timesteps less one. */
  readonly early: EarlyAnswer[][];
}

async function answersOf(model: IntegerModel, validation: Split, progress: Progress): Promise<Answers> {
  const size = elementsOf(model.input);
  const count = Math.min(SAMPLES, validation.count);
  const interpreter = new Interpreter(model);
  const full: boolean[] = [];
  const early: EarlyAnswer[][] = Array.from({ length: model.timesteps - 1 }, () => []);
  const task = progress.start('early exit', count);
  let turn = performance.now();
  for (let i = 0; i < count; i++) {
    const sample = Math.floor((i * validation.count) / count);
    const input = validation.inputs.subarray(sample * size, (sample + 1) * size);
    const label = validation.labels[sample];
    full.push(interpreter.run(input).classIndex === label);
    early.forEach((answers, before) => {
      const { logits, classIndex } = interpreter.run(input, { timesteps: before + 1 });
      answers.push({ margin: marginOf(logits), right: classIndex === label });
    });
    if (performance.now() - turn < TURN_MS) continue;
    await new Promise(setImmediate);
    turn = performance.now();
    task.update(i + 1);
  }
  task.finish();
  return { full, early };
}

/**
 * The plan with the early exit that saves most, chosen on the validation split; the plan as it was where none saves anything, which is said.
 * @param loss accuracy that may be lost on the validation split, 0..1
 * @param progress may throw to end this early
 */
export async function planEarlyExit(
  model: IntegerModel,
  plan: NetworkPlan,
  { target, activity, validation }: { target: Target; activity: PlanOptions; validation: Split },
  loss: number,
  progress: Progress,
): Promise<NetworkPlan> {
  if (model.timesteps === 1 || model.classes.length < 2) {
    progress.note('early exit: none, the network has a single timestep or class');
    return plan;
  }
  const { full, early } = await answersOf(model, validation, progress);
  const plans = early.map((_, before) =>
    planNetwork(earlyPart(model, { timesteps: before + 1 }), target, activity),
  );
  const trials = early.map((answers, before) => ({
    timesteps: before + 1,
    instructions: plans[before].instructions,
    answers,
  }));
  const chosen = chooseExit(trials, { instructions: plan.instructions, right: full }, loss);
  if (chosen === undefined) {
    progress.note(`early exit: none, at a loss of ${percent(loss)} none saves instructions`);
    return plan;
  }
  const { timesteps, margin, share, accuracy, fullAccuracy } = chosen;
  progress.note(
    `early exit: after ${timesteps} of ${model.timesteps} timesteps where the margin is at least ${margin}: ${percent(share)} of the ` +
      `validation samples, accuracy ${percent(accuracy)} instead of ${percent(fullAccuracy)}`,
  );
  return withEarlyExit(model, plan, plans[timesteps - 1], chosen);
}
