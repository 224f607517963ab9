import type { TrainingEngine, TrainingSession } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import { NO_CHOICES } from './evaluate.js';
import type { TrainedNetwork } from './trained-network.js';

/** How strongly a network follows a teacher. */
export interface DistillationSpec {
  /** Share of the teacher in the loss; the labels have the rest. In (0, 1]. */
  readonly weight: number;
  /** By which both sides' logits are divided, so that what the teacher thinks of the wrong classes counts. */
  readonly temperature: number;
}

export interface DistillationLoss {
  readonly value: number;
  /** `[timestep][sample][class]`. */
  readonly logitsGradient: Float32Array;
}

/** Mean over timesteps of `[timestep][sample][class]`. */
export function meanLogits(logits: Float32Array, timesteps: number): Float64Array {
  const size = logits.length / timesteps;
  const means = new Float64Array(size);
  for (let i = 0; i < logits.length; i++) means[i % size] += logits[i] / timesteps;
  return means;
}

/**
 * `temperature^2 * KL(teacher || student)` of the mean logits, both divided by the temperature, mean over samples (Hinton, Vinyals, Dean
 * 2015).
 * @param logits the student's, `[timestep][sample][class]`
 * @param teacher mean logits `[sample][class]`
 */
export function distillationLoss(
  logits: Float32Array,
  teacher: Float64Array,
  classes: number,
  temperature: number,
): DistillationLoss {
  const timesteps = logits.length / teacher.length;
  const student = meanLogits(logits, timesteps);
  const samples = teacher.length / classes;
  const logitsGradient = new Float32Array(logits.length);
  let value = 0;
  for (let start = 0; start < teacher.length; start += classes) {
    const wanted = logSoftmax(teacher.subarray(start, start + classes), temperature);
    const given = logSoftmax(student.subarray(start, start + classes), temperature);
    for (let k = 0; k < classes; k++) {
      const [p, q] = [Math.exp(wanted[k]), Math.exp(given[k])];
      value += (temperature ** 2 * p * (wanted[k] - given[k])) / samples;
      const gradient = (temperature * (q - p)) / (samples * timesteps);
      for (let t = 0; t < timesteps; t++) logitsGradient[t * teacher.length + start + k] = gradient;
    }
  }
  return { value, logitsGradient };
}

function logSoftmax(logits: Float64Array, temperature: number): Float64Array {
  const highest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  const normalizer = logits.reduce((sum, value) => sum + Math.exp((value - highest) / temperature), 0);
  return logits.map((value) => (value - highest) / temperature - Math.log(normalizer));
}

/** A trained network that answers for the same batches as its student sees. */
export class Teacher {
  private constructor(
    private readonly graph: TrainingGraph,
    private readonly session: TrainingSession,
  ) {}

  static async of(network: TrainedNetwork, engine: TrainingEngine, batch: number): Promise<Teacher> {
    const { graph, parameters } = network;
    return new Teacher(graph, await engine.compile(graph, batch, parameters));
  }

  /** Mean logits `[sample][class]`. */
  async answer(inputs: Int8Array): Promise<Float64Array> {
    const { logits } = await this.session.evaluate(inputs, NO_CHOICES);
    return meanLogits(logits, this.graph.timesteps);
  }

  dispose(): void {
    this.session.dispose();
  }
}
