import { elementsOf } from '../../core/geometry.js';
import type { Split } from '../../data/dataset.js';
import type { PlanOptions } from '../../codegen/plan/types.js';
import { Interpreter } from '../../model/interpreter.js';
import type { IntegerModel } from '../../model/types.js';

/** Enough for rates within a few percent; more would only take longer. */
const SAMPLES = 24;

/** Firing rates of the layers and the share of the input that is not zero, on some samples spread over the validation split. */
export function planningActivity(
  model: IntegerModel,
  validation: Split,
): Pick<PlanOptions, 'firingRate' | 'inputRate'> {
  const size = elementsOf(model.input);
  const count = Math.min(SAMPLES, validation.count);
  if (count === 0) return {};
  const interpreter = new Interpreter(model);
  const spikes = new Float64Array(model.layers.length);
  let used = 0;
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i * validation.count) / count) * size;
    const input = validation.inputs.subarray(at, at + size);
    used += input.reduce((sum, value) => sum + Number(value !== 0), 0);
    interpreter.run(input).spikesOut.forEach((fired, layer) => (spikes[layer] += fired));
  }
  return {
    firingRate: model.layers.map(
      ({ shape }, layer) => spikes[layer] / (count * model.timesteps * elementsOf(shape)),
    ),
    inputRate: used / (count * size),
  };
}
