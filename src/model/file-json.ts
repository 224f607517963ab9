import { ExitCode, LitesnnError } from '../core/errors.js';
import type { ModelJson } from './file-schema.js';
import { MODEL_FORMAT_VERSION, type Edge, type IntegerModel, type Layer } from './types.js';

type LayerJson = ModelJson['layers'][number];
type EdgeJson = LayerJson['edges'][number];

/** All codes in the order of model.bin: layers, their edges, then the head. */
export function concatenateCodes(model: IntegerModel): Uint8Array {
  const parts = model.layers.flatMap((layer) =>
    layer.edges.flatMap((edge) => (edge.kind === 'conv' ? [edge.codes] : [])),
  );
  return Buffer.concat(
    [...parts, model.head.codes].map((codes) => Buffer.from(codes.buffer, codes.byteOffset, codes.length)),
  );
}

/** Indented JSON without its checksum; arrays of numbers stay on one line. */
export function toJson(model: IntegerModel, weights: ModelJson['weights']): string {
  const value: Omit<ModelJson, 'checksum'> = {
    format: 'litesnn-model',
    version: MODEL_FORMAT_VERSION,
    weights,
    name: model.name,
    input: model.input,
    frontEnd: model.frontEnd,
    timesteps: model.timesteps,
    classes: [...model.classes],
    layers: model.layers.map(layerToJson),
    head: {
      layers: [...model.head.layers],
      bits: model.head.bits,
      codeCount: model.head.codes.length,
      bias: [...model.head.bias],
    },
    provenance: model.provenance,
  };
  // A line break inside a JSON string is always escaped, so this touches arrays only.
  const oneLine = (array: string): string =>
    array.replace(/\n\s*/g, ' ').replace('[ ', '[').replace(' ]', ']');
  return `${JSON.stringify(value, null, 2).replace(/\[\n\s*-?\d+(,\n\s*-?\d+)*\n\s*\]/g, oneLine)}\n`;
}

function layerToJson(layer: Layer): LayerJson {
  return {
    name: layer.name,
    shape: layer.shape,
    leak: layer.leak,
    bias: [...layer.bias],
    threshold: [...layer.threshold],
    edges: layer.edges.map(edgeToJson),
  };
}

function edgeToJson(edge: Edge): EdgeJson {
  const { pooling } = edge.source;
  const source = { layers: [...edge.source.layers], ...(pooling === undefined ? {} : { pooling }) };
  const multiplier = [...edge.multiplier];
  if (edge.kind === 'identity') return { kind: edge.kind, source, multiplier };
  const { kind, kernel, stride, padding, depthwise, bits, codes } = edge;
  return { kind, source, kernel, stride, padding, depthwise, bits, codeCount: codes.length, multiplier };
}

/** The model of a checked JSON and its weights. */
export function fromJson(json: ModelJson, bin: Int8Array): IntegerModel {
  let used = 0;
  const take = (count: number): Int8Array => bin.slice(used, (used += count));
  const layers = json.layers.map((layer) => layerFromJson(layer, take));
  const { codeCount, ...head } = json.head;
  const headCodes = take(codeCount);
  if (used !== bin.length) {
    throw new LitesnnError(
      'MODEL_CODE_COUNT',
      ExitCode.usage,
      `not a valid model: its edges and head have ${used} weights, but model.bin has ${bin.length}`,
    );
  }
  return {
    name: json.name,
    input: json.input,
    frontEnd: json.frontEnd,
    timesteps: json.timesteps,
    classes: json.classes,
    layers,
    head: { ...head, codes: headCodes, bias: Int32Array.from(head.bias) },
    provenance: json.provenance,
  };
}

function layerFromJson(layer: LayerJson, take: (count: number) => Int8Array): Layer {
  return {
    ...layer,
    bias: Int32Array.from(layer.bias),
    threshold: Int32Array.from(layer.threshold),
    edges: layer.edges.map((edge) => edgeFromJson(edge, take)),
  };
}

function edgeFromJson(edge: EdgeJson, take: (count: number) => Int8Array): Edge {
  const multiplier = Int32Array.from(edge.multiplier);
  if (edge.kind === 'identity') return { ...edge, multiplier };
  const { codeCount, ...conv } = edge;
  return { ...conv, codes: take(codeCount), multiplier };
}
