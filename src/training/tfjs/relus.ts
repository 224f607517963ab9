import * as tf from '@tensorflow/tfjs-core';
import { RELU8_CLIP, RELU8_LEVELS } from '../graph.js';
import type { Currents, Firing } from './neurons.js';
import type { Maps } from './operations.js';

/** Artificial neurons of 8 bits, for one timestep; equations beside `Activation`. */
export class Relus implements Firing {
  private constructor(
    private readonly potential: Maps,
    readonly spikes: Maps,
  ) {}

  static fire({ varying, constant }: Currents): Relus {
    const potential =
      varying === undefined || constant === undefined
        ? tf.clone((varying ?? constant)!)
        : tf.add<Maps>(varying, constant);
    const step = RELU8_CLIP / RELU8_LEVELS;
    const spikes = tf.tidy(() =>
      tf.mul<Maps>(tf.round(tf.mul(tf.clipByValue(potential, 0, RELU8_CLIP), 1 / step)), step),
    );
    return new Relus(potential, spikes);
  }

  backward(
    spikeGradient: Maps | undefined,
    _rateGradient: ArrayLike<number>,
    wanted: { readonly varying: boolean; readonly constant: boolean },
  ): Currents {
    const gradient = tf.tidy(() => {
      const window = tf.mul<Maps>(tf.step(this.potential), tf.step(tf.sub(RELU8_CLIP, this.potential)));
      return spikeGradient === undefined ? tf.zerosLike(window) : tf.mul<Maps>(window, spikeGradient);
    });
    const result = {
      varying: wanted.varying ? tf.clone(gradient) : undefined,
      constant: wanted.constant ? tf.clone(gradient) : undefined,
    };
    gradient.dispose();
    return result;
  }
}
