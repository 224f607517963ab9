import type { ChannelRange } from '../../model/interval.js';
import type { Layer } from '../../model/types.js';

/**
 * Bias and threshold of each channel in turn, filled up to `channels`. Thresholds that no membrane reaches are as near as they may be
 * without changing a spike, so that differences stay within 32 bits; channels that do not exist never fire.
 */
export function neuronTable(layer: Layer, membrane: ChannelRange, channels: number): Int32Array {
  const table = new Int32Array(2 * channels);
  layer.bias.forEach((bias, c) => {
    table[2 * c] = bias;
    table[2 * c + 1] = Math.max(membrane.low[c] - 1, Math.min(membrane.high[c], layer.threshold[c]));
  });
  return table;
}
