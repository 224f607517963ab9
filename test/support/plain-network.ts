import { elementsOf } from '../../src/core/geometry.js';
import {
  INPUT_POPULATION,
  type EdgeSpec,
  type NeuronSpec,
  type TrainingGraph,
} from '../../src/training/graph.js';
import { convolve, convolveBackward, emptyMaps, gather, type Gathered, type Maps } from './plain-edges.js';
import { plainWeight, type Numbers, type PlainMix, type PlainWeight } from './plain-weights.js';

/** A training graph in nested loops and float64: slow and obviously right. Engines are checked against it. */
export interface PlainOptions {
  /**
   * Spikes rise smoothly with the surrogate as their true derivative, and quantizers hand weights through: then the gradients
   * are true ones, and difference quotients check them.
   */
  readonly smooth?: boolean;
  /** Normalize with running statistics. */
  readonly evaluate?: boolean;
}

export type PlainParameters = ReadonlyMap<string, Numbers>;

export type PlainObjective = (
  logits: Numbers,
  rates: Numbers,
) => { loss: number; logitsGradient: Numbers; ratesGradient: Numbers };

interface PlainEdge {
  readonly gathered: Gathered;
  /** Before the gate. */
  readonly current: Float64Array;
  /** Parameter gradients by name, and the gradient of `gathered`, from the gradient of `current`. */
  backward(gradient: Maps): Float64Array;
}

export interface PlainResult {
  readonly logits: Float64Array;
  readonly rates: Float64Array;
  readonly loss: number;
  readonly gradients: Map<string, Float64Array>;
  readonly mixGradient: { gates: Float64Array; bits: Float64Array[]; keep: Float64Array[] };
  /** `p<i>.e<j>.mean` and `.variance` of this batch. */
  readonly statistics: Map<string, Float64Array>;
  /** Least distance of a membrane from 0, the threshold and twice the threshold, where rounding could turn a decision. */
  readonly margin: number;
}

const EPSILON = 1e-5;

function spike(u: number, { threshold, sharpness }: NeuronSpec, smooth: boolean): number {
  if (!smooth) return u > threshold ? 1 : 0;
  const clamped = Math.min(2 * threshold, Math.max(0, u));
  const rise = Math.tanh(sharpness * (clamped - threshold)) + Math.tanh(sharpness * threshold);
  return rise / (2 * Math.tanh(sharpness / 2));
}

function slope(u: number, { threshold, sharpness }: NeuronSpec): number {
  if (u <= 0 || u >= 2 * threshold) return 0;
  return ((1 - Math.tanh(sharpness * (u - threshold)) ** 2) * sharpness) / (2 * Math.tanh(sharpness / 2));
}

export function runPlain(
  graph: TrainingGraph,
  parameters: PlainParameters,
  inputs: Int8Array,
  mix: PlainMix,
  objective: PlainObjective,
  options: PlainOptions = {},
): PlainResult {
  const { timesteps, neuron } = graph;
  const smooth = options.smooth ?? false;
  const samples = inputs.length / elementsOf(graph.input);
  const batch = timesteps * samples;
  const parameter = (name: string): Numbers => parameters.get(name)!;
  const gradients = new Map<string, Float64Array>();
  const statistics = new Map<string, Float64Array>();
  const mixGradient = {
    gates: new Float64Array(graph.gates),
    bits: graph.bitGroups.map((n) => new Float64Array(n)),
    keep: graph.keepGroups.map((n) => new Float64Array(n)),
  };
  let margin = Infinity;

  // The same input at every timestep.
  const input = emptyMaps(batch, graph.input);
  input.values.forEach((_, i) => (input.values[i] = inputs[i % inputs.length] / 128));

  const spikes: Maps[] = [];
  const spikeGradients: Float64Array[] = [];
  const potentials: Float64Array[] = [];
  const edges: PlainEdge[][] = [];
  const mapsOf = (p: number): Maps => (p === INPUT_POPULATION ? input : spikes[p]);

  function identityEdge(prefix: string, gathered: Gathered): PlainEdge {
    const gain = parameter(`${prefix}.gain`);
    const { values } = gathered.maps;
    return {
      gathered,
      current: values.map((s, i) => s * gain[i % gain.length]),
      backward(gradient) {
        const onGain = new Float64Array(gain.length);
        gradient.values.forEach((g, i) => (onGain[i % gain.length] += g * values[i]));
        gradients.set(`${prefix}.gain`, onGain);
        return gradient.values.map((g, i) => g * gain[i % gain.length]);
      },
    };
  }

  function convEdge(
    prefix: string,
    spec: EdgeSpec & { kind: 'conv' },
    gathered: Gathered,
    population: number,
  ): PlainEdge {
    const { shape } = graph.populations[population];
    const { channels } = shape;
    const gamma = parameter(`${prefix}.gamma`);
    const beta = parameter(`${prefix}.beta`);
    const weight = plainWeight(
      spec.weight,
      parameter(`${prefix}.w`),
      parameters.get(`${prefix}.score`),
      mix,
      smooth,
    );
    const sums = convolve(spec, gathered.maps, weight.effective, shape);
    const count = sums.values.length / channels;
    const mean = new Float64Array(channels);
    const variance = new Float64Array(channels);
    sums.values.forEach((v, i) => (mean[i % channels] += v / count));
    sums.values.forEach((v, i) => (variance[i % channels] += (v - mean[i % channels]) ** 2 / count));
    statistics.set(`${prefix}.mean`, mean).set(`${prefix}.variance`, variance);
    const usedMean = options.evaluate ? parameter(`${prefix}.mean`) : mean;
    const usedVariance = options.evaluate ? parameter(`${prefix}.variance`) : variance;
    const deviation = Array.from(usedVariance, (v) => Math.sqrt(v + EPSILON));
    const normal = sums.values.map((v, i) => (v - usedMean[i % channels]) / deviation[i % channels]);
    return {
      gathered,
      current: normal.map((v, i) => gamma[i % channels] * v + beta[i % channels]),
      backward(gradient) {
        const onGamma = new Float64Array(channels);
        const onBeta = new Float64Array(channels);
        gradient.values.forEach((g, i) => {
          onGamma[i % channels] += g * normal[i];
          onBeta[i % channels] += g;
        });
        gradients.set(`${prefix}.gamma`, onGamma).set(`${prefix}.beta`, onBeta);
        const onSums = gradient.values.map((g, i) => {
          const c = i % channels;
          return (gamma[c] / deviation[c]) * (g - onBeta[c] / count - (normal[i] * onGamma[c]) / count);
        });
        const back = convolveBackward(spec, gathered.maps, weight.effective, { ...gradient, values: onSums });
        setWeightGradient(prefix, weight, back.weights);
        return back.input;
      },
    };
  }

  function setWeightGradient(prefix: string, weight: PlainWeight, gradient: Float64Array): void {
    const own = weight.backward(gradient, mixGradient);
    gradients.set(`${prefix}.w`, own.weights);
    if (parameters.has(`${prefix}.score`)) gradients.set(`${prefix}.score`, own.score);
  }

  function forwardPopulation(p: number): void {
    const { shape, edges: specs } = graph.populations[p];
    const own = specs.map((spec, e) => {
      const gathered = gather(spec.source, spec.source.populations.map(mapsOf));
      return spec.kind === 'conv'
        ? convEdge(`p${p}.e${e}`, spec, gathered, p)
        : identityEdge(`p${p}.e${e}`, gathered);
    });
    const gates = specs.map((spec) => (spec.gate === undefined ? 1 : mix.gates[spec.gate]));
    const fired = emptyMaps(batch, shape);
    const perStep = fired.values.length / timesteps;
    const membranes = new Float64Array(fired.values.length);
    for (let i = 0; i < membranes.length; i++) {
      const before = i - perStep;
      const kept = before < 0 ? 0 : membranes[before] * (1 - fired.values[before]);
      const current = own.reduce((sum, edge, e) => sum + gates[e] * edge.current[i], 0);
      const u = neuron.decay * kept + current;
      margin = Math.min(
        margin,
        Math.abs(u),
        Math.abs(u - neuron.threshold),
        Math.abs(u - 2 * neuron.threshold),
      );
      membranes[i] = u;
      fired.values[i] = spike(u, neuron, smooth);
    }
    edges.push(own);
    potentials.push(membranes);
    spikes.push(fired);
    spikeGradients.push(new Float64Array(fired.values.length));
  }

  function backwardPopulation(p: number): void {
    const fired = spikes[p].values;
    const membranes = potentials[p];
    const perStep = fired.length / timesteps;
    const onCurrent = new Float64Array(fired.length);
    for (let i = fired.length - 1; i >= 0; i--) {
      const later = i + perStep;
      const onKept = later < fired.length ? neuron.decay * onCurrent[later] : 0;
      const onSpike = spikeGradients[p][i] - onKept * membranes[i];
      onCurrent[i] = onSpike * slope(membranes[i], neuron) + onKept * (1 - fired[i]);
    }
    graph.populations[p].edges.forEach((spec, e) => {
      const edge = edges[p][e];
      const gate = spec.gate === undefined ? 1 : mix.gates[spec.gate];
      if (spec.gate !== undefined) {
        mixGradient.gates[spec.gate] += onCurrent.reduce((sum, g, i) => sum + g * edge.current[i], 0);
      }
      const onSource = edge.backward({ ...spikes[p], values: onCurrent.map((g) => gate * g) });
      const { part, element } = edge.gathered;
      onSource.forEach((g, i) => {
        const from = spec.source.populations[part[i]];
        if (from !== INPUT_POPULATION) spikeGradients[from][element[i]] += g;
      });
    });
  }

  function head(): { logits: Float64Array; backward: (gradient: Numbers) => void } {
    const { populations, classes } = graph.head;
    const weight = plainWeight(
      graph.head.weight,
      parameter('head.w'),
      parameters.get('head.score'),
      mix,
      smooth,
    );
    const bias = parameter('head.b');
    const channels = populations.reduce((sum, p) => sum + spikes[p].shape.channels, 0);
    const logits = new Float64Array(batch * classes);
    logits.forEach((_, i) => (logits[i] = bias[i % classes]));
    /** Calls back with every spike that reaches a logit, its share in the mean, and the weight between. */
    const forEachSpike = (
      visit: (p: number, spike: number, share: number, logit: number, w: number) => void,
    ): void => {
      let offset = 0;
      for (const p of populations) {
        const { shape, values } = spikes[p];
        const share = 1 / (shape.height * shape.width);
        for (let i = 0; i < values.length; i++) {
          const n = Math.floor(i / elementsOf(shape));
          for (let k = 0; k < classes; k++) {
            visit(p, i, share, n * classes + k, k * channels + offset + (i % shape.channels));
          }
        }
        offset += shape.channels;
      }
    };
    forEachSpike((p, i, share, logit, w) => {
      logits[logit] += weight.effective[w] * share * spikes[p].values[i];
    });
    return {
      logits,
      backward(gradient) {
        const onWeight = new Float64Array(classes * channels);
        const onBias = new Float64Array(classes);
        for (let i = 0; i < gradient.length; i++) onBias[i % classes] += gradient[i];
        forEachSpike((p, i, share, logit, w) => {
          onWeight[w] += gradient[logit] * share * spikes[p].values[i];
          spikeGradients[p][i] += gradient[logit] * share * weight.effective[w];
        });
        setWeightGradient('head', weight, onWeight);
        gradients.set('head.b', onBias);
      },
    };
  }

  graph.populations.forEach((_, p) => {
    forwardPopulation(p);
  });
  const rates = new Float64Array(graph.populations.length * timesteps);
  const rateOf = (p: number, i: number): number =>
    p * timesteps + Math.floor((i * timesteps) / spikes[p].values.length);
  spikes.forEach(({ values }, p) => {
    values.forEach((s, i) => (rates[rateOf(p, i)] += (s * timesteps) / values.length));
  });
  const top = head();
  const { loss, logitsGradient, ratesGradient } = objective(top.logits, rates);

  spikes.forEach(({ values }, p) => {
    values.forEach(
      (_, i) => (spikeGradients[p][i] = (ratesGradient[rateOf(p, i)] * timesteps) / values.length),
    );
  });
  top.backward(logitsGradient);
  for (let p = graph.populations.length - 1; p >= 0; p--) backwardPopulation(p);
  return { logits: top.logits, rates, loss, gradients, mixGradient, statistics, margin };
}
