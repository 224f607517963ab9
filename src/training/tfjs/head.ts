import * as tf from '@tensorflow/tfjs-core';
import type { TensorMap } from '../engine.js';
import type { TrainingGraph } from '../graph.js';
import { backpropagateWeight, composeWeight, type ComposedWeight } from '../weights.js';
import type { GradientTarget } from './edge.js';
import { shapeOf, type Maps } from './operations.js';
import type { Mix } from '../engine.js';

/** Mean over positions, `[batch][channels]`. */
function positionMeans(maps: Maps): tf.Tensor2D {
  const { batch, height, width, channels } = shapeOf(maps);
  return tf.mean(tf.reshape(maps, [batch, height * width, channels]), 1);
}

/** Logits of every timestep from the mean spikes of the head's populations. */
export class Head {
  private constructor(
    private readonly parts: readonly Maps[],
    private readonly weight: ComposedWeight,
    private readonly means: tf.Tensor2D,
    private readonly matrix: tf.Tensor2D,
    /** `[timestep * samples + sample][class]`. */
    readonly logits: Float32Array,
  ) {}

  /** `parts`: spikes of the head's populations. */
  static run(graph: TrainingGraph, parts: readonly Maps[], parameters: TensorMap, mix: Mix): Head {
    const { classes, weight: spec } = graph.head;
    const weight = composeWeight(spec, parameters.get('head.w')!, parameters.get('head.score'), mix, classes);
    const means = tf.tidy(() => tf.concat2d(parts.map(positionMeans), 1));
    const matrix = tf.tensor2d(weight.effective, [classes, means.shape[1]]);
    const logits = tf.tidy(() => {
      const products = tf.matMul(means, matrix, false, true);
      return tf
        .add(products, tf.tensor1d(parameters.get('head.b')!))
        .dataSync<'float32'>()
        .slice();
    });
    return new Head(parts, weight, means, matrix, logits);
  }

  /** Writes the head's gradients; returns the gradient of each part, broadcast over its positions. */
  backward(logitsGradient: Float32Array, target: GradientTarget): Maps[] {
    return tf.tidy(() => {
      const [classes] = this.matrix.shape;
      const gradient = tf.tensor2d(logitsGradient, [logitsGradient.length / classes, classes]);
      const effective = tf.matMul(gradient, this.means, true, false).dataSync<'float32'>().slice();
      const { gradients, mix } = target;
      backpropagateWeight(this.weight, effective, gradients.get('head.w')!, gradients.get('head.score'), mix);
      gradients.get('head.b')!.set(tf.sum(gradient, 0).dataSync<'float32'>());
      const onMeans = tf.matMul(gradient, this.matrix);
      const channels = this.parts.map((part) => part.shape[3]);
      return tf.split(onMeans, channels, 1).map((share, i) => {
        const { batch, height, width, channels: count } = shapeOf(this.parts[i]);
        const once = tf.reshape(tf.div(share, height * width), [batch, 1, 1, count]);
        // Broadcast by an addition: tiling is thirty times slower on the WebAssembly backend.
        return tf.add<Maps>(tf.zeros([batch, height, width, count]), once);
      });
    });
  }
}
