import { elementsOf, type Shape } from '../../core/geometry.js';
import type { Random } from '../../core/random.js';
import { accumulate, prepareEdge, sourceValues } from '../../model/interpret-edge.js';
import type { Layer } from '../../model/types.js';

/** What a new layer is added to. */
interface Context {
  readonly random: Random;
  readonly input: Shape;
  readonly layers: readonly Layer[];
  readonly timesteps: number;
  readonly sample: Int8Array;
}

type LayerDraft = Omit<Layer, 'bias' | 'threshold'>;

/** Biases and thresholds with which about `rate` of the layer's neurons and timesteps fire on the sample, and what they fire. */
export function fireAt(
  context: Context,
  draft: LayerDraft,
  spikes: readonly Uint8Array[],
  rate: number,
): { readonly layer: Layer; readonly spikes: Uint8Array } {
  const { random, timesteps } = context;
  const { channels } = draft.shape;
  const currents = sumsOf(context, draft, spikes);
  const spread = deviationOf(currents);
  const bias = Int32Array.from({ length: channels }, () =>
    Math.round((random.uniform() - 0.5) * spread * 0.5),
  );
  const fired = new Uint8Array(timesteps * elementsOf(draft.shape));
  const wanted = channelRates(random, channels, rate);
  // Few and small currents allow few rates: what one channel misses is asked of the next.
  let missing = 0;
  const threshold = Int32Array.from({ length: channels }, (_, c) => {
    const channel = new Channel(currents, draft, timesteps, c, bias[c]);
    const chosen = thresholdFor(channel, fired, wanted[c] + missing);
    missing += wanted[c] - channel.fire(chosen, fired) / channel.neurons;
    return chosen;
  });
  return { layer: { ...draft, bias, threshold }, spikes: fired };
}

/** Spikes of a layer on the sample, `[timestep][neuron]`. */
export function firedBy(context: Context, layer: Layer, spikes: readonly Uint8Array[]): Uint8Array {
  const currents = sumsOf(context, layer, spikes);
  const fired = new Uint8Array(currents.length);
  layer.threshold.forEach((threshold, c) => {
    new Channel(currents, layer, context.timesteps, c, layer.bias[c]).fire(threshold, fired);
  });
  return fired;
}

/** `[timestep][neuron]`: the currents without bias. */
function sumsOf(context: Context, draft: LayerDraft, spikes: readonly Uint8Array[]): Int32Array {
  const neurons = elementsOf(draft.shape);
  const currents = new Int32Array(context.timesteps * neurons);
  const sources = { input: context.sample, spikes, layers: context.layers };
  for (const edge of draft.edges) {
    const prepared = prepareEdge(context, draft, edge);
    const { multiplier } = edge;
    for (let t = 0; t < context.timesteps; t++) {
      accumulate(prepared, sourceValues(prepared, sources, t));
      for (let i = 0; i < neurons; i++) {
        currents[t * neurons + i] += multiplier[i % multiplier.length] * prepared.accumulator[i];
      }
    }
  }
  return currents;
}

function deviationOf(values: Int32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** The neurons of one channel. */
class Channel {
  constructor(
    private readonly currents: Int32Array,
    private readonly layer: LayerDraft,
    private readonly timesteps: number,
    private readonly channel: number,
    private readonly bias: number,
  ) {}

  get neurons(): number {
    return this.layer.shape.height * this.layer.shape.width * this.timesteps;
  }

  /** No membrane can be further from 0 than this. */
  get reach(): number {
    const { channels } = this.layer.shape;
    let largest = 0;
    for (let i = this.channel; i < this.currents.length; i += channels) {
      largest = Math.max(largest, Math.abs(this.currents[i] + this.bias));
    }
    return (largest + 1) * this.timesteps;
  }

  /** Spikes at this threshold; written to `fired` too. */
  fire(threshold: number, fired: Uint8Array): number {
    const { channels } = this.layer.shape;
    const step = elementsOf(this.layer.shape);
    let total = 0;
    for (let i = this.channel; i < step; i += channels) {
      let membrane = 0;
      for (let at = i; at < step * this.timesteps; at += step) {
        membrane = ((this.layer.leak * membrane) >> 8) + this.currents[at] + this.bias;
        const spike = membrane > threshold;
        fired[at] = spike ? 1 : 0;
        if (spike) {
          membrane = 0;
          total++;
        }
      }
    }
    return total;
  }
}

/** The threshold whose spikes come nearest to the wanted share; `fired` is overwritten. */
function thresholdFor(channel: Channel, fired: Uint8Array, wanted: number): number {
  const excess = (threshold: number): number => channel.fire(threshold, fired) - wanted * channel.neurons;
  let [low, high] = [-channel.reach, channel.reach];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return Math.abs(excess(low)) < Math.abs(excess(high)) ? low : high;
}

/** Channels of trained networks differ in how often they fire: evenly spread over 0..2 `rate`, in any order. */
function channelRates(random: Random, channels: number, rate: number): Float64Array {
  return random.shuffle(Float64Array.from({ length: channels }, (_, c) => (2 * rate * (c + 0.5)) / channels));
}
