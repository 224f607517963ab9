import { marginOf } from '../../src/model/early-exit.js';
import { Interpreter } from '../../src/model/interpreter.js';
import { randomMembers } from './batch-members.js';
import type { BatchMember } from './library-batch.js';

/**
 * Random networks of several timesteps, each with an exit that its first input passes: the second one does or doesn't, as its
 * margin is.
 */
export function exitMembers(
  seed: number,
  count: number,
  kernels: BatchMember['kernels'],
): readonly BatchMember[] {
  const members = randomMembers(seed, count, kernels).filter(
    ({ model }) => model.timesteps > 1 && model.classes.length > 1,
  );
  return members.map((member, i) => {
    const timesteps = 1 + (i % (member.model.timesteps - 1));
    const { logits } = new Interpreter(member.model).run(member.inputs[0], { timesteps });
    return { ...member, exit: { timesteps, margin: Math.max(1, marginOf(logits)) } };
  });
}
