import { elementsOf, shapeText, type Shape } from '../core/geometry.js';
import { demand, isIntegerIn } from './demand.js';
import { MODEL_LIMITS } from './limits.js';
import type { IntegerModel, Layer } from './types.js';
import { validateAbout } from './validate-about.js';
import { validateCodes } from './validate-codes.js';
import { edgeSynapses, validateEdge } from './validate-edge.js';

/**
 * Every structural rule of docs/model-format.md; number ranges are {@link analyzeRanges}'s business.
 * @throws LitesnnError with the code of the first rule that does not hold (`MODEL_...`).
 */
export function validateModel(model: IntegerModel): void {
  validateAbout(model);
  validateShape(model.input, 'MODEL_INPUT_SHAPE', 'the input');
  demand(
    isIntegerIn(model.timesteps, 1, MODEL_LIMITS.timesteps),
    'MODEL_TIMESTEPS',
    `timesteps is ${model.timesteps}, not 1 to ${MODEL_LIMITS.timesteps}`,
  );
  validateLayers(model);
  validateHead(model);
  validateSize(model);
}

function validateLayers(model: IntegerModel): void {
  const count = model.layers.length;
  demand(
    isIntegerIn(count, 1, MODEL_LIMITS.layers),
    'MODEL_LAYER_COUNT',
    `${count} layers, not 1 to ${MODEL_LIMITS.layers}`,
  );
  const names = new Set<string>();
  model.layers.forEach((layer, index) => {
    demand(
      isIntegerIn(layer.name.length, 1, MODEL_LIMITS.nameLength),
      'MODEL_LAYER_NAME',
      `the name of layer ${index} has ${layer.name.length} characters, not 1 to ${MODEL_LIMITS.nameLength}`,
    );
    demand(
      !names.has(layer.name),
      'MODEL_LAYER_DUPLICATE',
      `two layers are called ${JSON.stringify(layer.name)}`,
    );
    names.add(layer.name);
    validateLayer(model, layer, index);
  });
}

function validateLayer(model: IntegerModel, layer: Layer, index: number): void {
  const where = `layer ${index}`;
  const { channels } = layer.shape;
  validateShape(layer.shape, 'MODEL_LAYER_SHAPE', where);
  demand(isIntegerIn(layer.leak, 0, 255), 'MODEL_LEAK', `${where}: leak is ${layer.leak}, not 0 to 255`);
  validateLength(layer.bias, channels, 'MODEL_BIAS_LENGTH', `${where}: bias`);
  validateLength(layer.threshold, channels, 'MODEL_THRESHOLD_LENGTH', `${where}: threshold`);
  const count = layer.edges.length;
  demand(
    isIntegerIn(count, 1, MODEL_LIMITS.edgesPerLayer),
    'MODEL_EDGE_COUNT',
    `${where} has ${count} edges, not 1 to ${MODEL_LIMITS.edgesPerLayer}`,
  );
  layer.edges.forEach((edge, i) => {
    const edgeName = `${where}, edge ${i}`;
    validateLength(edge.multiplier, channels, 'MODEL_MULTIPLIER_LENGTH', `${edgeName}: multiplier`);
    validateEdge(model, index, edge, edgeName);
  });
}

function validateHead(model: IntegerModel): void {
  const { head, layers } = model;
  const { length } = head.layers;
  demand(
    isIntegerIn(length, 1, MODEL_LIMITS.sources),
    'MODEL_HEAD_COUNT',
    `the head reads ${length} layers, not 1 to ${MODEL_LIMITS.sources}`,
  );
  for (const index of head.layers) {
    demand(
      isIntegerIn(index, 0, layers.length - 1),
      'MODEL_HEAD_LAYER',
      `the head reads layer ${index}, but layers are 0 to ${layers.length - 1}`,
    );
  }
  demand(new Set(head.layers).size === length, 'MODEL_HEAD_DUPLICATE', 'the head reads a layer twice');
  validateLength(head.bias, model.classes.length, 'MODEL_HEAD_BIAS_LENGTH', 'head: bias');
  const channels = head.layers.reduce((total, index) => total + layers[index].shape.channels, 0);
  validateCodes(head.codes, head.bits, model.classes.length * channels, 'head');
}

function validateSize(model: IntegerModel): void {
  const neurons = model.layers.reduce((total, layer) => total + elementsOf(layer.shape), 0);
  const edges = model.layers.flatMap((layer) => layer.edges.map((edge) => ({ layer, edge })));
  const codes = edges.reduce((total, { edge }) => total + (edge.kind === 'conv' ? edge.codes.length : 0), 0);
  const synapses = edges.reduce((total, { layer, edge }) => total + edgeSynapses(layer, edge), 0);
  const most = (value: number, limit: number, what: string): void => {
    demand(value <= limit, 'MODEL_TOO_LARGE', `${value} ${what}, but at most ${limit} are accepted`);
  };
  most(neurons * model.timesteps, MODEL_LIMITS.neuronSteps, 'neurons times timesteps');
  most(codes + model.head.codes.length, MODEL_LIMITS.codes, 'weights');
  most(synapses * model.timesteps, MODEL_LIMITS.synapticSteps, 'connections times timesteps');
}

function validateShape(shape: Shape, code: string, where: string): void {
  const fits =
    isIntegerIn(shape.height, 1, MODEL_LIMITS.side) &&
    isIntegerIn(shape.width, 1, MODEL_LIMITS.side) &&
    isIntegerIn(shape.channels, 1, MODEL_LIMITS.channels) &&
    elementsOf(shape) <= MODEL_LIMITS.elements;
  demand(fits, code, `${where} is ${shapeText(shape)}, which is not an accepted size`);
}

function validateLength(values: Int32Array, expected: number, code: string, what: string): void {
  demand(values.length === expected, code, `${what} has ${values.length} values, not ${expected}`);
}
