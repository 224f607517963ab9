import * as tf from '@tensorflow/tfjs-core';
import type { ConvEdgeSpec } from '../graph.js';
import { readsInput } from '../shapes.js';
import { backpropagateWeight, composeWeight, type ComposedWeight } from '../weights.js';
import { denseFilterGradient, denseForward, denseInputGradient } from './convolution.js';
import { depthwiseFilterGradient, depthwiseForward, depthwiseInputGradient } from './depthwise.js';
import {
  addGateGradient,
  gateOf,
  ownTensor,
  type EdgeContext,
  type EdgeCurrent,
  type EdgePass,
  type GradientTarget,
} from './edge.js';
import { addChannels, channelMeans, channelSums, scaleChannels, type Maps } from './operations.js';
import type { Source } from './sources.js';

/** Of the variance, as in every framework; keeps silent channels finite. */
const NORMALIZATION_EPSILON = 1e-5;

function composeFor(spec: ConvEdgeSpec, context: EdgeContext): ComposedWeight {
  const { parameters, mix } = context;
  const score = parameters.get(`p${context.population}.e${context.edge}.score`);
  return composeWeight(spec.weight, ownTensor(parameters, context, 'w'), score, mix, context.outputs);
}

function convolve(spec: ConvEdgeSpec, source: Source, weights: Float32Array, outputs: number): Maps {
  return spec.depthwise
    ? depthwiseForward(source.maps, weights, spec)
    : denseForward(source.maps, weights, outputs, spec);
}

function inverseDeviation(variance: Float32Array): Float32Array {
  return variance.map((v) => 1 / Math.sqrt(v + NORMALIZATION_EPSILON));
}

/** `gate * batchNorm(conv(source))`. */
export class ConvEdge implements EdgePass {
  readonly current: Maps;
  readonly bias: Float32Array;
  private readonly inverse: Float32Array;
  /** The current is `centred * factors[channel] + bias[channel]`. */
  private readonly factors: Float32Array;

  private constructor(
    private readonly spec: ConvEdgeSpec,
    private readonly context: EdgeContext,
    readonly source: Source,
    private readonly weight: ComposedWeight,
    /** Convolution less its mean. */
    private readonly centred: Maps,
    private readonly mean: Float32Array,
    private readonly variance: Float32Array,
  ) {
    const gate = gateOf(spec, context.mix);
    const gamma = ownTensor(context.parameters, context, 'gamma');
    this.inverse = inverseDeviation(variance);
    this.factors = gamma.map((g, channel) => gate * g * this.inverse[channel]);
    this.bias = ownTensor(context.parameters, context, 'beta').map((beta) => gate * beta);
    this.current = scaleChannels(centred, this.factors);
  }

  /** Normalizes with the statistics of the batch. */
  static run(spec: ConvEdgeSpec, context: EdgeContext, source: Source): ConvEdge {
    const weight = composeFor(spec, context);
    const sums = convolve(spec, source, weight.effective, context.outputs);
    const mean = channelMeans(sums);
    const centred = addChannels(
      sums,
      mean.map((m) => -m),
    );
    sums.dispose();
    const variance = tf.tidy(() => channelMeans(tf.square(centred)));
    return new ConvEdge(spec, context, source, weight, centred, mean, variance);
  }

  /** Normalizes with running statistics. */
  static evaluate(spec: ConvEdgeSpec, context: EdgeContext, source: Source): EdgeCurrent {
    const own = (name: string): Float32Array => ownTensor(context.parameters, context, name);
    const gate = gateOf(spec, context.mix);
    const inverse = inverseDeviation(own('variance'));
    const factors = own('gamma').map((gamma, channel) => gate * gamma * inverse[channel]);
    const mean = own('mean');
    const bias = own('beta').map((beta, channel) => gate * beta - mean[channel] * factors[channel]);
    const sums = convolve(spec, source, composeFor(spec, context).effective, context.outputs);
    const current = scaleChannels(sums, factors);
    sums.dispose();
    return { source, current, bias };
  }

  backward(currentGradient: Maps, sums: Float32Array, target: GradientTarget): void {
    const { spec, context, inverse } = this;
    const own = (name: string): Float32Array => ownTensor(context.parameters, context, name);
    const gate = gateOf(spec, context.mix);
    const products = tf.tidy(() => channelSums(tf.mul<Maps>(currentGradient, this.centred)));
    const normalizedProducts = products.map((product, channel) => product * inverse[channel]);
    ownTensor(target.gradients, context, 'gamma').set(normalizedProducts.map((product) => gate * product));
    ownTensor(target.gradients, context, 'beta').set(sums.map((sum) => gate * sum));
    const gamma = own('gamma');
    const beta = own('beta');
    addGateGradient(
      spec,
      target,
      sums.reduce(
        (total, sum, channel) => total + beta[channel] * sum + gamma[channel] * normalizedProducts[channel],
        0,
      ),
    );
    const gradient = this.convolutionGradient(currentGradient, sums, products);
    this.weightGradient(gradient, target);
    if (!readsInput(spec.source)) this.source.addGradient(this.inputGradient(gradient));
    gradient.dispose();
  }

  updateStatistics(momentum: number): void {
    const move = (name: string, batch: Float32Array): void => {
      const running = ownTensor(this.context.parameters, this.context, name);
      batch.forEach((value, channel) => (running[channel] += momentum * (value - running[channel])));
    };
    move('mean', this.mean);
    move('variance', this.variance);
  }

  /** Through the normalization: `factor * (g - mean(g) - xhat * mean(g * xhat))`. */
  private convolutionGradient(currentGradient: Maps, sums: Float32Array, products: Float32Array): Maps {
    const { factors, inverse, centred } = this;
    const count = centred.size / factors.length;
    const onCentred = factors.map((f, channel) => (-f * inverse[channel] ** 2 * products[channel]) / count);
    const everywhere = factors.map((f, channel) => (-f * sums[channel]) / count);
    return tf.tidy(() => {
      const varying = tf.add<Maps>(
        scaleChannels(currentGradient, factors),
        scaleChannels(centred, onCentred),
      );
      return addChannels(varying, everywhere);
    });
  }

  private weightGradient(gradient: Maps, target: GradientTarget): void {
    const { spec, context, source } = this;
    const effective = spec.depthwise
      ? depthwiseFilterGradient(source.maps, gradient, spec)
      : denseFilterGradient(source.transposed, gradient, spec);
    const score = target.gradients.get(`p${context.population}.e${context.edge}.score`);
    backpropagateWeight(this.weight, effective, ownTensor(target.gradients, context, 'w'), score, target.mix);
  }

  private inputGradient(gradient: Maps): Maps {
    const { spec, source, weight } = this;
    const back = spec.depthwise ? depthwiseInputGradient : denseInputGradient;
    return back(gradient, weight.effective, source.maps.shape, spec);
  }
}
