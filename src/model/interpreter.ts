import { elementsOf } from '../core/geometry.js';
import { ExitCode, LitesnnError } from '../core/errors.js';
import { accumulate, prepareEdge, sourceValues, type PreparedEdge, type Sources } from './interpret-edge.js';
import { analyzeRanges } from './ranges.js';
import { INPUT_SOURCE, type IntegerModel, type Layer } from './types.js';
import { validateModel } from './validate.js';

export interface InferenceOptions {
  /** How many of the model's timesteps to run, 1..model.timesteps; all of them by default. */
  readonly timesteps?: number | undefined;
}

/** Everything that the three implementations (this one, C on the host, the firmware) must agree in. */
export interface Inference {
  /** `[class]`, summed over the timesteps run. */
  readonly logits: Int32Array;
  /** Index of the largest logit, the lowest on a tie. */
  readonly classIndex: number;
  readonly timesteps: number;
  /** One array a layer: `[timestep][height][width][channel]`, 0 or 1. */
  readonly spikes: readonly Uint8Array[];
  /**
   * Per layer: spikes at the sources of its edges (after concatenation, before pooling), added over edges and timesteps; for
   * the int8 input its values that are not zero, counted once.
   */
  readonly spikesIn: readonly number[];
  /** Per layer: its own spikes over all timesteps. */
  readonly spikesOut: readonly number[];
  /** Spikes of the head's layers over all timesteps. */
  readonly headSpikesIn: number;
}

interface PreparedLayer {
  readonly layer: Layer;
  readonly neurons: number;
  readonly edges: readonly PreparedEdge[];
  readonly current: Int32Array;
  readonly membrane: Int32Array;
}

/**
 * The reference: what every other implementation is compared with. Holds the buffers of one model, so that many inferences
 * cost no allocation but their results. Refuses a model that is malformed or needs more than 32 bits.
 */
export class Interpreter {
  private readonly layers: readonly PreparedLayer[];

  constructor(readonly model: IntegerModel) {
    validateModel(model);
    analyzeRanges(model);
    this.layers = model.layers.map((layer) => prepareLayer(model, layer));
  }

  /** `input`: `[height][width][channel]`. */
  run(input: Int8Array, options: InferenceOptions = {}): Inference {
    const { model } = this;
    const timesteps = options.timesteps ?? model.timesteps;
    checkArguments(model, input, timesteps);
    const spikes: Uint8Array[] = [];
    const spikesIn: number[] = [];
    const spikesOut: number[] = [];
    const sources: Sources = { input, spikes, layers: model.layers };
    for (const prepared of this.layers) {
      const fired = runLayer(prepared, sources, timesteps);
      spikesIn.push(countSourceSpikes(prepared.layer, input, spikesOut));
      spikesOut.push(sum(fired));
      spikes.push(fired);
    }
    const logits = evaluateHead(model, spikes, timesteps);
    return {
      logits,
      classIndex: argmax(logits),
      timesteps,
      spikes,
      spikesIn,
      spikesOut,
      headSpikesIn: model.head.layers.reduce((total, layer) => total + spikesOut[layer], 0),
    };
  }
}

/** One inference. For many of the same model, keep an {@link Interpreter}. */
export function interpret(model: IntegerModel, input: Int8Array, options?: InferenceOptions): Inference {
  return new Interpreter(model).run(input, options);
}

/** Index of the largest value; the lowest index on a tie. */
export function argmax(values: Int32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

function prepareLayer(model: IntegerModel, layer: Layer): PreparedLayer {
  const neurons = elementsOf(layer.shape);
  return {
    layer,
    neurons,
    edges: layer.edges.map((edge) => prepareEdge(model, layer, edge)),
    current: new Int32Array(neurons),
    membrane: new Int32Array(neurons),
  };
}

/** All timesteps of one layer: later layers never feed earlier ones, so the order of the two loops doesn't matter. */
function runLayer(prepared: PreparedLayer, sources: Sources, timesteps: number): Uint8Array {
  const { layer, neurons, edges, current, membrane } = prepared;
  const spikes = new Uint8Array(timesteps * neurons);
  membrane.fill(0);
  for (let t = 0; t < timesteps; t++) {
    setToBias(current, layer.bias);
    for (const edge of edges) addEdge(current, edge, sources, t);
    fire(layer, current, membrane, spikes.subarray(t * neurons, (t + 1) * neurons));
  }
  return spikes;
}

function setToBias(current: Int32Array, bias: Int32Array): void {
  for (let i = 0; i < current.length; i += bias.length) current.set(bias, i);
}

function addEdge(current: Int32Array, prepared: PreparedEdge, sources: Sources, t: number): void {
  // The int8 input is the same at every timestep, and so are the sums over it.
  if (!(prepared.readsInput && t > 0)) accumulate(prepared, sourceValues(prepared, sources, t));
  const { accumulator } = prepared;
  const { multiplier } = prepared.edge;
  const channels = multiplier.length;
  for (let i = 0; i < current.length; i += channels) {
    for (let c = 0; c < channels; c++) current[i + c] += multiplier[c] * accumulator[i + c];
  }
}

/** One timestep of the neurons: leak, integrate, compare, reset to zero. */
function fire(layer: Layer, current: Int32Array, membrane: Int32Array, spikes: Uint8Array): void {
  const { leak, threshold } = layer;
  const channels = threshold.length;
  for (let i = 0; i < current.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const u = Math.floor((leak * membrane[i + c]) / 256) + current[i + c];
      const spike = u > threshold[c];
      spikes[i + c] = spike ? 1 : 0;
      membrane[i + c] = spike ? 0 : u;
    }
  }
}

function evaluateHead(model: IntegerModel, spikes: readonly Uint8Array[], timesteps: number): Int32Array {
  const { codes, bias, layers } = model.head;
  const logits = new Int32Array(bias.length);
  for (let t = 0; t < timesteps; t++) {
    const counts = layers.flatMap((layer) => [...countChannels(model.layers[layer], spikes[layer], t)]);
    for (let k = 0; k < bias.length; k++) {
      logits[k] += counts.reduce((total, count, c) => total + codes[k * counts.length + c] * count, bias[k]);
    }
  }
  return logits;
}

/** Spikes of each channel over all positions at timestep `t`. */
function countChannels(layer: Layer, spikes: Uint8Array, t: number): Int32Array {
  const neurons = elementsOf(layer.shape);
  const counts = new Int32Array(layer.shape.channels);
  const now = spikes.subarray(t * neurons, (t + 1) * neurons);
  for (let i = 0; i < neurons; i += counts.length) {
    for (let c = 0; c < counts.length; c++) counts[c] += now[i + c];
  }
  return counts;
}

function countSourceSpikes(layer: Layer, input: Int8Array, spikesOut: readonly number[]): number {
  const sources = layer.edges.flatMap((edge) => edge.source.layers);
  return sources.reduce(
    (total, source) => total + (source === INPUT_SOURCE ? countNonZero(input) : spikesOut[source]),
    0,
  );
}

function countNonZero(values: Int8Array): number {
  let total = 0;
  for (const value of values) if (value !== 0) total++;
  return total;
}

function sum(values: Uint8Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function checkArguments(model: IntegerModel, input: Int8Array, timesteps: number): void {
  const expected = elementsOf(model.input);
  if (input.length !== expected) {
    throw new LitesnnError(
      'INFERENCE_INPUT_LENGTH',
      ExitCode.usage,
      `the input has ${input.length} values, but model ${model.name} takes ${expected}`,
      { hint: 'use a data set with the shape and front-end of the model' },
    );
  }
  if (!Number.isInteger(timesteps) || timesteps < 1 || timesteps > model.timesteps) {
    throw new LitesnnError(
      'INFERENCE_TIMESTEPS',
      ExitCode.usage,
      `${timesteps} timesteps were asked for, but model ${model.name} runs 1 to ${model.timesteps}`,
      { hint: 'its number ranges were proved for that many only' },
    );
  }
}
