import { elementsOf } from '../../src/core/geometry.js';
import { ExitCode, LitesnnError } from '../../src/core/errors.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import type { NetworkPlan } from '../../src/codegen/plan/types.js';
import { Interpreter, type Inference } from '../../src/model/interpreter.js';
import type { BenchCore } from '../device/core.js';
import { runOnCore, type DeviceResult } from '../device/run.js';
import type { BenchmarkContext } from '../contract.js';
import type { BuiltNetwork } from './mlperf-tiny.js';

export interface MeasuredNetwork extends DeviceResult {
  /** Made with the rates of this very sample, so that its predictions can be compared. */
  readonly plan: NetworkPlan;
  /** Spikes a neuron and timestep, by layer. */
  readonly rates: readonly number[];
}

/**
 * Plans a network for a core, runs it there and compares it with the reference interpreter.
 * @throws LitesnnError `BENCH_MISMATCH` where any logit or count of spikes differs.
 */
export async function measureNetwork(
  core: BenchCore,
  { model, sample }: BuiltNetwork,
  { command, signal }: BenchmarkContext,
): Promise<MeasuredNetwork> {
  const expected = new Interpreter(model).run(sample);
  const rates = model.layers.map(
    ({ shape }, i) => expected.spikesOut[i] / (elementsOf(shape) * model.timesteps),
  );
  const plan = planNetwork(model, core.target, { firingRate: rates });
  const result = await runOnCore(core, { model, plan, inputs: [sample], command, signal });
  compare(result, expected, `${model.name} on ${core.name}`);
  return { ...result, plan, rates };
}

export function compare({ runs: [run] }: DeviceResult, expected: Inference, where: string): void {
  const same =
    run.logits.every((logit, k) => logit === expected.logits[k]) &&
    expected.spikesOut.every((spikes, i) => run.parts[i].spikesOut === spikes);
  if (same) return;
  throw new LitesnnError(
    'BENCH_MISMATCH',
    ExitCode.measurementInvalid,
    `${where} differs from the reference interpreter: ${run.logits.join(' ')}, not ${expected.logits.join(' ')}`,
  );
}
