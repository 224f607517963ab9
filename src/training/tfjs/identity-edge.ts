import * as tf from '@tensorflow/tfjs-core';
import type { IdentityEdgeSpec } from '../graph.js';
import {
  addGateGradient,
  gateOf,
  ownTensor,
  type EdgeContext,
  type EdgeCurrent,
  type EdgePass,
  type GradientTarget,
} from './edge.js';
import { channelSums, scaleChannels, type Maps } from './operations.js';
import type { Source } from './sources.js';

/** `gate * gain[channel] * source`. */
export class IdentityEdge implements EdgePass {
  private constructor(
    private readonly spec: IdentityEdgeSpec,
    private readonly context: EdgeContext,
    readonly source: Source,
    readonly current: Maps,
    readonly bias: Float32Array,
  ) {}

  static run(spec: IdentityEdgeSpec, context: EdgeContext, source: Source): IdentityEdge {
    const gate = gateOf(spec, context.mix);
    const factors = ownTensor(context.parameters, context, 'gain').map((gain) => gate * gain);
    return new IdentityEdge(
      spec,
      context,
      source,
      scaleChannels(source.maps, factors),
      new Float32Array(context.outputs),
    );
  }

  static evaluate(spec: IdentityEdgeSpec, context: EdgeContext, source: Source): EdgeCurrent {
    return IdentityEdge.run(spec, context, source);
  }

  backward(currentGradient: Maps, _sums: Float32Array, target: GradientTarget): void {
    const { spec, context, source } = this;
    const gate = gateOf(spec, context.mix);
    const gain = ownTensor(context.parameters, context, 'gain');
    const products = tf.tidy(() => channelSums(tf.mul<Maps>(currentGradient, source.maps)));
    ownTensor(target.gradients, context, 'gain').set(products.map((product) => gate * product));
    addGateGradient(
      spec,
      target,
      products.reduce((sum, product, channel) => sum + product * gain[channel], 0),
    );
    source.addGradient(
      scaleChannels(
        currentGradient,
        gain.map((factor) => gate * factor),
      ),
    );
  }

  updateStatistics(): void {
    // Nothing is normalized here.
  }
}
