import * as tf from '@tensorflow/tfjs-core';
import { elementsOf } from '../../core/geometry.js';
import type { Mix, Outputs, TensorMap } from '../engine.js';
import { INPUT_POPULATION, neuronOf, type EdgeSpec, type TrainingGraph } from '../graph.js';
import { readsInput } from '../shapes.js';
import { ConvEdge } from './conv-edge.js';
import type { EdgeContext, EdgeCurrent, EdgePass } from './edge.js';
import { Head } from './head.js';
import { IdentityEdge } from './identity-edge.js';
import { Neurons, type Currents, type Firing } from './neurons.js';
import { Relus } from './relus.js';
import { accumulate, addChannels, keepingResult, type Maps } from './operations.js';
import { Sources, type Source } from './sources.js';

/** The int8 input counts as -1 to 1. */
const INPUT_SCALE = 1 / 128;

type RunEdge<T extends EdgeCurrent> = (spec: EdgeSpec, context: EdgeContext, source: Source) => T;

const train: RunEdge<EdgePass> = (spec, context, source) =>
  spec.kind === 'conv' ? ConvEdge.run(spec, context, source) : IdentityEdge.run(spec, context, source);

const infer: RunEdge<EdgeCurrent> = (spec, context, source) =>
  spec.kind === 'conv'
    ? ConvEdge.evaluate(spec, context, source)
    : IdentityEdge.evaluate(spec, context, source);

function inputMaps(graph: TrainingGraph, inputs: Int8Array): Maps {
  const { height, width, channels } = graph.input;
  const values = Float32Array.from(inputs, (value) => value * INPUT_SCALE);
  return tf.tensor4d(values, [inputs.length / elementsOf(graph.input), height, width, channels]);
}

function sumOf(currents: readonly Maps[]): Maps | undefined {
  return currents.length === 0 ? undefined : currents.map((c) => tf.clone(c)).reduce(accumulate);
}

function fire(graph: TrainingGraph, edges: readonly EdgeCurrent[]): Firing {
  const bias = new Float32Array(edges[0].bias.length);
  for (const edge of edges) edge.bias.forEach((value, channel) => (bias[channel] += value));
  const fromInput = (edge: EdgeCurrent): boolean => readsInput(edge.source.spec);
  const varying = sumOf(edges.filter((edge) => !fromInput(edge)).map((edge) => edge.current));
  const constant = sumOf(edges.filter(fromInput).map((edge) => edge.current));
  const currents: Currents =
    constant === undefined
      ? { varying: addChannels(varying!, bias), constant }
      : { varying, constant: addChannels(constant, bias) };
  return graph.activation === 'relu8'
    ? Relus.fire(currents)
    : Neurons.fire(neuronOf(graph), graph.timesteps, currents);
}

export interface PopulationPass<T extends EdgeCurrent> {
  readonly edges: readonly T[];
  readonly neurons: Firing;
}

/** One batch after its way through a graph, with what the way back needs. */
export interface ForwardPass<T extends EdgeCurrent> {
  readonly outputs: Outputs;
  readonly sources: Sources;
  readonly populations: readonly PopulationPass<T>[];
  readonly head: Head;
}

/** Spikes (activations that are not 0) per neuron and sample, `[population][timestep]`. */
function ratesOf(graph: TrainingGraph, populations: readonly PopulationPass<EdgeCurrent>[]): Float32Array {
  const rates = new Float32Array(populations.length * graph.timesteps);
  populations.forEach(({ neurons }, p) => {
    const { spikes } = neurons;
    const perTimestep = spikes.size / graph.timesteps;
    const sums = tf.tidy(() =>
      tf.sum(tf.step(tf.reshape(spikes, [graph.timesteps, perTimestep])), 1).dataSync<'float32'>(),
    );
    sums.forEach((sum, t) => (rates[p * graph.timesteps + t] = sum / perTimestep));
  });
  return rates;
}

function forward<T extends EdgeCurrent>(
  graph: TrainingGraph,
  parameters: TensorMap,
  inputs: Int8Array,
  mix: Mix,
  run: RunEdge<T>,
): ForwardPass<T> {
  const input = inputMaps(graph, inputs);
  const sources = new Sources();
  const populations: PopulationPass<T>[] = [];
  const partOf = (p: number): Maps => (p === INPUT_POPULATION ? input : populations[p].neurons.spikes);
  graph.populations.forEach(({ edges: specs, shape }, population) => {
    const edges = specs.map((spec, edge) => {
      const context: EdgeContext = { population, edge, outputs: shape.channels, parameters, mix };
      return run(spec, context, sources.find(spec.source, partOf));
    });
    populations.push({ edges, neurons: keepingResult(() => fire(graph, edges)) });
  });
  const head = Head.run(graph, graph.head.populations.map(partOf), parameters, mix);
  return { outputs: { logits: head.logits, rates: ratesOf(graph, populations) }, sources, populations, head };
}

/** Population by population, each over all timesteps, normalized by the batch. The caller's `tf.tidy` disposes of everything. */
export function trainForward(
  graph: TrainingGraph,
  parameters: TensorMap,
  inputs: Int8Array,
  mix: Mix,
): ForwardPass<EdgePass> {
  return forward(graph, parameters, inputs, mix, train);
}

/** The same with running statistics. */
export function inferForward(
  graph: TrainingGraph,
  parameters: TensorMap,
  inputs: Int8Array,
  mix: Mix,
): ForwardPass<EdgeCurrent> {
  return forward(graph, parameters, inputs, mix, infer);
}
