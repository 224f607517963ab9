import { elementsOf } from '../../src/core/geometry.js';
import { planNetwork } from '../../src/codegen/plan/network.js';
import { headWork, layerWork, type Work } from '../../src/codegen/plan/work.js';
import { Interpreter } from '../../src/model/interpreter.js';
import type { BenchmarkContext } from '../contract.js';
import type { BenchCore } from '../device/core.js';
import type { DeviceRun } from '../device/record.js';
import { runOnCore } from '../device/run.js';
import { compare } from '../networks/measure.js';
import type { CostCase } from './cases.js';

/** One layer (or head) of one program and input: what it did and what it took. */
export interface CostSample {
  readonly work: Work;
  readonly instructions: number;
}

/** Runs a program and takes each of its layers, with the firing rates that it really had, as a sample. */
export async function samplesOf(
  core: BenchCore,
  { name, model, inputs, kernels }: CostCase,
  { command, signal }: BenchmarkContext,
): Promise<readonly CostSample[]> {
  const plan = planNetwork(model, core.target, { kernels });
  const result = await runOnCore(core, { model, plan, inputs, command, signal });
  compare(result, new Interpreter(model).run(inputs[0]), `${name} on ${core.name}`);
  return result.runs.flatMap((run, i) => {
    const rates = { layers: ratesOf(model.layers, run, model.timesteps), input: density(inputs[i]) };
    const layers = plan.layers.map((layer, index) => ({
      work: layerWork(model, index, layer, rates),
      instructions: run.parts[index].instructions,
    }));
    const head = { work: headWork(model, rates), instructions: run.parts[model.layers.length].instructions };
    return [...layers, head];
  });
}

function ratesOf(layers: CostCase['model']['layers'], run: DeviceRun, timesteps: number): readonly number[] {
  return layers.map(({ shape }, i) => run.parts[i].spikesOut / (elementsOf(shape) * timesteps));
}

function density(input: Int8Array): number {
  return input.reduce((sum, value) => sum + Number(value !== 0), 0) / input.length;
}
