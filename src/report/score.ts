import { elementsOf } from '../core/geometry.js';
import type { Progress } from '../core/progress.js';
import type { Split } from '../data/dataset.js';
import { Interpreter } from '../model/interpreter.js';
import type { IntegerModel } from '../model/types.js';

/** How the integer model does on a split, by the reference interpreter. */
export interface Score {
  readonly correct: number;
  readonly classes: Uint16Array;
  /** Spikes per neuron and timestep, one a layer. */
  readonly rates: readonly number[];
}

/** Samples take milliseconds to a second: the event loop gets its turn this often, for progress and signals. */
const TURN_MS = 50;

/** @param progress may throw to end this early */
export async function scoreModel(model: IntegerModel, split: Split, progress: Progress): Promise<Score> {
  const size = elementsOf(model.input);
  const classes = new Uint16Array(split.count);
  const spikes = new Float64Array(model.layers.length);
  const interpreter = new Interpreter(model);
  const task = progress.start('reference interpreter', split.count);
  let correct = 0;
  let turn = performance.now();
  for (let i = 0; i < split.count; i++) {
    const { classIndex, spikesOut } = interpreter.run(split.inputs.subarray(i * size, (i + 1) * size));
    classes[i] = classIndex;
    if (classIndex === split.labels[i]) correct++;
    spikesOut.forEach((count, layer) => (spikes[layer] += count));
    if (performance.now() - turn < TURN_MS) continue;
    await new Promise(setImmediate);
    turn = performance.now();
    task.update(i + 1);
  }
  task.finish();
  const rates = model.layers.map(
    (layer, index) => spikes[index] / (split.count * model.timesteps * elementsOf(layer.shape)),
  );
  return { correct, classes, rates };
}
