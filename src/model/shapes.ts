import { convolvedSize, pooledSize, type Shape } from '../core/geometry.js';
import { INPUT_SOURCE, type Edge, type EdgeSource, type IntegerModel } from './types.js';

/** What a source's layers give when concatenated along channels, before pooling. */
export function sourceShape(model: Pick<IntegerModel, 'input' | 'layers'>, source: EdgeSource): Shape {
  const shapes = source.layers.map((index) =>
    index === INPUT_SOURCE ? model.input : model.layers[index].shape,
  );
  const [{ height, width }] = shapes;
  return { height, width, channels: shapes.reduce((total, shape) => total + shape.channels, 0) };
}

/** The same after pooling: what the edge's kernel slides over. */
export function pooledSourceShape(model: Pick<IntegerModel, 'input' | 'layers'>, source: EdgeSource): Shape {
  const shape = sourceShape(model, source);
  return { ...pooledSize(shape, source.pooling), channels: shape.channels };
}

/** Height, width and (where the edge fixes them) channels that an edge gives to its layer. */
export function edgeOutputShape(source: Shape, edge: Edge, layerChannels: number): Shape {
  if (edge.kind === 'identity') return source;
  return { ...convolvedSize(source, edge), channels: edge.depthwise ? source.channels : layerChannels };
}
