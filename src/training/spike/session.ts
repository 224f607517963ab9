import { elementsOf } from '../../core/geometry.js';
import { ExitCode, LitesnnError } from '../../core/errors.js';
import type { Mix, Objective, Outputs, StepResult, TensorMap, TrainingSession } from '../engine.js';
import type { TrainingGraph } from '../graph.js';
import type { PlannedTensor } from './plan-tensors.js';
import type { PlannedMix } from './plan-weights.js';
import type { NetworkPlan } from './plan.js';
import type { Pool } from './pool.js';
import { ProgramIndex } from './program.js';

/** Steps run on the caller's thread: timers and signals get their turn at least this often. */
const LONGEST_SILENCE_MS = 50;

/** Parameters and gradients are windows into the shared memory, so optimizers work in place. */
export class SpikeSession implements TrainingSession {
  readonly parameters: TensorMap;
  readonly gradients: TensorMap;
  readonly batch: number;
  private lastPause = performance.now();
  private disposed = false;

  constructor(
    private readonly graph: TrainingGraph,
    private readonly plan: NetworkPlan,
    private readonly memory: WebAssembly.Memory,
    private readonly pool: Pool,
    parameters: TensorMap,
  ) {
    this.batch = plan.extent.batch;
    this.parameters = this.windows(plan.tensors.parameters);
    this.gradients = this.windows(plan.tensors.gradients);
    for (const [name, values] of this.parameters) values.set(parameters.get(name)!);
  }

  /** Bytes of the session's memory, fixed from the start. */
  get memoryBytes(): number {
    return this.memory.buffer.byteLength;
  }

  async step(inputs: Int8Array, mix: Mix, objective: Objective): Promise<StepResult> {
    await this.pause();
    this.load(inputs, mix);
    this.pool.run(ProgramIndex.forward);
    const outputs = this.outputs();
    const { loss, logitsGradient, ratesGradient } = objective(outputs);
    this.writeGradients(logitsGradient, ratesGradient);
    this.pool.run(ProgramIndex.backward);
    return { ...outputs, loss, mixGradient: this.mixGradient() };
  }

  async evaluate(inputs: Int8Array, mix: Mix): Promise<Outputs> {
    await this.pause();
    this.load(inputs, mix);
    this.pool.run(ProgramIndex.evaluate);
    return this.outputs();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.pool.dispose();
  }

  private async pause(): Promise<void> {
    if (performance.now() - this.lastPause < LONGEST_SILENCE_MS) return;
    await new Promise((resume) => setImmediate(resume));
    this.lastPause = performance.now();
  }

  /** From here to the end of a step nothing waits: steps that were not awaited do not mix. */
  private load(inputs: Int8Array, mix: Mix): void {
    if (this.disposed)
      throw new LitesnnError('TRAINING_DISPOSED', ExitCode.internal, 'the training session has ended');
    const expected = this.batch * elementsOf(this.graph.input);
    if (inputs.length !== expected) {
      throw new LitesnnError(
        'TRAINING_BATCH_SIZE',
        ExitCode.internal,
        `a batch has ${inputs.length} input values, the session was compiled for ${expected}`,
      );
    }
    this.adoptReplaced(this.parameters, this.plan.tensors.parameters);
    new Int8Array(this.memory.buffer, this.plan.input.codes, expected).set(inputs);
    this.writeMix(mix);
  }

  private floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  private doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  private windows(tensors: ReadonlyMap<string, PlannedTensor>): TensorMap {
    return new Map([...tensors].map(([name, { address, length }]) => [name, this.floats(address, length)]));
  }

  /** Values may also be changed by putting another array into the map. */
  private adoptReplaced(map: TensorMap, tensors: ReadonlyMap<string, PlannedTensor>): void {
    for (const [name, { address, length }] of tensors) {
      const values = map.get(name);
      if (values?.buffer === this.memory.buffer) continue;
      const own = this.floats(address, length);
      if (values !== undefined) own.set(values);
      map.set(name, own);
    }
  }

  private writeMix(mix: Mix): void {
    const { gates, gateGradients, bits, keep } = this.plan.mix;
    this.floats(gates, this.graph.gates).set(mix.gates);
    this.doubles(gateGradients, this.graph.gates + 1).fill(0);
    this.graph.bitGroups.forEach((choices, group) => {
      this.floats(bits[group], choices).set(mix.bits[group]);
    });
    this.graph.keepGroups.forEach((choices, group) => {
      this.floats(keep[group], choices).set(mix.keep[group]);
    });
  }

  private outputs(): Outputs {
    const { head, extent } = this.plan;
    const logits = this.floats(
      head.logits,
      extent.timesteps * extent.batch * this.graph.head.classes,
    ).slice();
    return { logits, rates: this.rates() };
  }

  /** Spikes (activations that are not 0) are what lies between the first and the last offset of an image's event list. */
  private rates(): Float32Array {
    const { extent, populations } = this.plan;
    const { timesteps, batch } = extent;
    const rates = new Float32Array(populations.length * timesteps);
    populations.forEach(({ view }, p) => {
      const positions = view.shape.height * view.shape.width;
      const offsets = new Uint32Array(this.memory.buffer, view.offsets, timesteps * batch * (positions + 1));
      for (let t = 0; t < timesteps; t++) {
        let bytes = 0;
        for (let image = t * batch; image < (t + 1) * batch; image++) {
          const first = image * (positions + 1);
          bytes += offsets[first + positions] - offsets[first];
        }
        rates[p * timesteps + t] = bytes / 4 / (batch * elementsOf(view.shape));
      }
    });
    return rates;
  }

  private writeGradients(logits: Float32Array, rates: Float32Array): void {
    const { head, extent, populations } = this.plan;
    const { timesteps, batch } = extent;
    this.floats(head.logitGradients, timesteps * batch * this.graph.head.classes).set(logits);
    // Rates of artificial neurons have no gradient; their buffers stay 0.
    if (this.plan.valued) return;
    populations.forEach(({ rateGradient, view }, p) => {
      const neurons = batch * elementsOf(view.shape);
      const own = this.floats(rateGradient, timesteps);
      for (let t = 0; t < timesteps; t++) own[t] = rates[p * timesteps + t] / neurons;
    });
  }

  private mixGradient(): Mix {
    const { mix, populations, head } = this.plan;
    const tensors = [...populations.flatMap(({ edges }) => edges.map((edge) => edge.weights)), head.weights];
    const sumOf = (groups: readonly number[], pick: 'bits' | 'keep'): Float32Array[] => {
      const rows = groups.map((choices) => new Float64Array(choices));
      for (const weights of tensors) this.addRow(rows, weights?.[pick]);
      return rows.map((row) => Float32Array.from(row));
    };
    return {
      gates: Float32Array.from(this.doubles(mix.gateGradients, this.graph.gates)),
      bits: sumOf(this.graph.bitGroups, 'bits'),
      keep: sumOf(this.graph.keepGroups, 'keep'),
    };
  }

  private addRow(rows: readonly Float64Array[], planned: PlannedMix | undefined): void {
    if (planned === undefined) return;
    const own = this.doubles(planned.gradients, planned.choices);
    const row = rows[planned.group];
    for (let choice = 0; choice < row.length; choice++) row[choice] += own[choice];
  }
}
