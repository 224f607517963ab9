import * as tf from '@tensorflow/tfjs-core';
import type { NeuronSpec } from '../graph.js';
import { accumulate, type Maps } from './operations.js';

/** Current of a population: the part of each timestep, and the part that is the same at all of them. */
export interface Currents {
  /** `[timestep * samples + sample][height][width][channels]`. */
  readonly varying: Maps | undefined;
  /** `[sample][height][width][channels]`. */
  readonly constant: Maps | undefined;
}

function timestepOf(maps: Maps, timestep: number, timesteps: number): Maps {
  const [batch, ...shape] = maps.shape;
  const samples = batch / timesteps;
  return tf.slice(maps, [timestep * samples, 0, 0, 0], [samples, ...shape]);
}

function currentAt({ varying, constant }: Currents, timestep: number, timesteps: number): Maps {
  const own = varying === undefined ? undefined : timestepOf(varying, timestep, timesteps);
  if (own === undefined) return constant!;
  return constant === undefined ? own : tf.add(own, constant);
}

/** `(1 - tanh^2(b (u - threshold))) * b / (2 tanh(b / 2))` on 0 < u < 2 threshold, with `1 - tanh^2(x) = 4 sigmoid(2x) (1 - sigmoid(2x))`. */
function surrogate(potential: Maps, { threshold, sharpness }: NeuronSpec): Maps {
  return tf.tidy(() => {
    const rising = tf.sigmoid(tf.mul(tf.sub(potential, threshold), 2 * sharpness));
    const bell = tf.mul(rising, tf.sub(1, rising));
    const window = tf.mul(tf.step(potential), tf.step(tf.sub(2 * threshold, potential)));
    return tf.mul<Maps>(tf.mul(bell, window), (2 * sharpness) / Math.tanh(sharpness / 2));
  });
}

/** A population after its forward pass. */
export interface Firing {
  /** `[timestep * samples + sample][height][width][channels]`. */
  readonly spikes: Maps;
  /**
   * Gradient of the currents from that of the spikes: `spikeGradient` like `spikes`, plus `rateGradient[t]` for every spike of t.
   * `varying` is made only where it is asked for, `constant` (the sum over time) likewise.
   */
  backward(
    spikeGradient: Maps | undefined,
    rateGradient: ArrayLike<number>,
    wanted: { readonly varying: boolean; readonly constant: boolean },
  ): Currents;
}

/** Leaky integrate-and-fire neurons over all timesteps; equations beside `NeuronSpec`. */
export class Neurons implements Firing {
  private constructor(
    private readonly neuron: NeuronSpec,
    private readonly potentials: readonly Maps[],
    private readonly spikesAt: readonly Maps[],
    /** `[timestep * samples + sample][height][width][channels]`, 0 or 1. */
    readonly spikes: Maps,
  ) {}

  static fire(neuron: NeuronSpec, timesteps: number, currents: Currents): Neurons {
    const potentials: Maps[] = [];
    const spikesAt: Maps[] = [];
    let kept: Maps | undefined;
    for (let t = 0; t < timesteps; t++) {
      const [potential, spikes, after] = tf.tidy((): [Maps, Maps, Maps] => {
        const current = currentAt(currents, t, timesteps);
        const u =
          kept === undefined ? tf.clone(current) : tf.add<Maps>(current, tf.mul<Maps>(kept, neuron.decay));
        const s = tf.step(tf.sub<Maps>(u, neuron.threshold));
        return [u, s, tf.sub<Maps>(u, tf.mul<Maps>(u, s))];
      });
      kept?.dispose();
      kept = after;
      potentials.push(potential);
      spikesAt.push(spikes);
    }
    kept?.dispose();
    return new Neurons(neuron, potentials, spikesAt, tf.concat(spikesAt, 0));
  }

  backward(
    spikeGradient: Maps | undefined,
    rateGradient: ArrayLike<number>,
    wanted: { readonly varying: boolean; readonly constant: boolean },
  ): Currents {
    const timesteps = this.potentials.length;
    const gradients: Maps[] = [];
    for (let t = timesteps - 1; t >= 0; t--) {
      const later = gradients.at(-1);
      gradients.push(tf.tidy(() => this.stepBackward(t, spikeGradient, rateGradient[t], later)));
    }
    gradients.reverse();
    const result = {
      varying: wanted.varying ? tf.concat(gradients, 0) : undefined,
      constant: wanted.constant ? gradients.map((g) => tf.clone(g)).reduce(accumulate) : undefined,
    };
    gradients.forEach((gradient) => {
      gradient.dispose();
    });
    return result;
  }

  private stepBackward(
    t: number,
    spikeGradient: Maps | undefined,
    rateGradient: number,
    later: Maps | undefined,
  ): Maps {
    const { potentials, spikesAt, neuron } = this;
    const slope = surrogate(potentials[t], neuron);
    let onSpikes: Maps | undefined;
    if (spikeGradient !== undefined)
      onSpikes = tf.add<Maps>(timestepOf(spikeGradient, t, potentials.length), rateGradient);
    if (later === undefined) return tf.mul<Maps>(slope, onSpikes ?? rateGradient);
    const onKept = tf.mul<Maps>(later, neuron.decay);
    const reset = tf.mul<Maps>(onKept, potentials[t]);
    const total = tf.sub<Maps>(onSpikes ?? rateGradient, reset);
    return tf.add<Maps>(tf.mul<Maps>(total, slope), tf.sub<Maps>(onKept, tf.mul(onKept, spikesAt[t])));
  }
}
