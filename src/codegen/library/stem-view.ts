import type { ConvEdge, IntegerModel, Layer } from '../../model/types.js';
import { EIGHT } from '../plan/neurons.js';
import { stemPairs } from '../plan/stem.js';
import type { LayerPlan } from '../plan/types.js';
import { cInteger } from './c-text.js';
import { call, type CallView } from './calls.js';
import type { ConstantView } from './layer-view.js';

/** The description that litesnn_stem.c works by. */
export function stemConstants(
  model: IntegerModel,
  layer: Layer,
  plan: LayerPlan,
  name: string,
): readonly ConstantView[] {
  const [{ multiplier }] = plan.edges;
  const values = [
    `&${name}_spikes`,
    `&${name}_edge0_source`,
    `&${name}_edge0_window`,
    `${name}_edge0_weights`,
    `${name}_neurons`,
    multiplier.kind === 'table' ? `${name}_edge0_multiplier` : '0',
    multiplier.kind === 'uniform' ? cInteger(multiplier.value) : '0',
    `${plan.scratch.patch}u`,
    stemPairs(model, layer.edges[0] as ConvEdge),
    model.timesteps,
    layer.leak,
  ];
  return [{ type: 'litesnn_stem', name: `${name}_stem`, values: values.join(', ') }];
}

export function stemCall(name: string): CallView {
  return call('litesnn_run_stem', `&${name}_stem`, 'input', 'arena');
}

/** Words of `[group][pair][channel]`, two 16-bit weights each; codes are `[outChannel][tap]`. */
export function packPairs(codes: Int8Array, channels: number): Uint32Array {
  const taps = codes.length / channels;
  const words: number[] = [];
  for (let first = 0; first < channels; first += EIGHT) {
    for (let four = 0; four < taps; four += 4) {
      for (const low of [four, four + 1]) {
        for (let c = first; c < first + EIGHT; c++) {
          const code = (tap: number): number => (c < channels && tap < taps ? codes[c * taps + tap] : 0);
          words.push((code(low) & 0xffff) | (code(low + 2) << 16));
        }
      }
    }
  }
  return Uint32Array.from(words);
}
