import { elementsOf } from '../../core/geometry.js';
import type { IntegerModel, Layer } from '../../model/types.js';
import type { BufferRequest } from './buffers.js';

/** Bytes of a pixel's spikes: one bit a channel, whole bytes. */
export function pixelBytes(channels: number): number {
  return Math.ceil(channels / 8);
}

export function spikeBytes(layer: Layer, timesteps: number): number {
  const { shape } = layer;
  return (elementsOf(shape) / shape.channels) * pixelBytes(shape.channels) * timesteps;
}

/** Spikes of layer `index`: in use from the step that writes them to their last reader; the head is the step after the last layer. */
export function spikesRequest(model: IntegerModel, index: number): BufferRequest {
  const readers = model.layers.flatMap((layer, reader) =>
    layer.edges.some((edge) => edge.source.layers.includes(index)) ? [reader] : [],
  );
  if (model.head.layers.includes(index)) readers.push(model.layers.length);
  return {
    name: `layer ${index} spikes`,
    role: 'spikes',
    bytes: spikeBytes(model.layers[index], model.timesteps),
    firstStep: index,
    lastStep: Math.max(index, ...readers),
  };
}
