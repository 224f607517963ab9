import type { Shape } from '../core/geometry.js';
import { nirError, isNeuron, type NirGraph, type NirNeuron, type NirTensor } from './graph.js';
import { perChannel } from './linear-maps.js';

/**
 * A population in discrete time: `u = decay v + gain[c] x + offset[c]`, a spike where `u > threshold[c]`, then v = 0. Potentials count
 * from the reset potential, where they also start.
 */
export interface DiscreteNeuron {
  readonly decay: number;
  /** `[channels]` each. */
  readonly gain: Float64Array;
  readonly offset: Float64Array;
  readonly threshold: Float64Array;
}

/** Seconds a timestep, as most programs write their files (snnTorch, SpikingJelly). */
const USUAL_STEP = 1e-4;

/**
 * NIR is in continuous time and does not say the timestep. Time constants of half a second and more are timesteps (sinabs), so that
 * the step is 1; integrate-and-fire neurons alone have r = 1 / step; otherwise the usual 0.1 ms.
 */
export function guessStep(graph: NirGraph): number {
  const neurons = [...graph.nodes.values()].filter(isNeuron);
  const constants = neurons.flatMap(({ tau }) => (tau === undefined ? [] : [...tau.values]));
  if (constants.length > 0) return Math.min(...constants) >= 0.5 ? 1 : USUAL_STEP;
  const resistance = neurons[0]?.r.values[0] ?? 1;
  return resistance > 0 ? 1 / resistance : 1;
}

function uniform(values: Float64Array, what: string): number {
  const [first] = values;
  if (values.some((value) => Math.abs(value - first) > 1e-6 * Math.abs(first))) {
    throw nirError('NIR_NOT_UNIFORM', `${what} differs between channels; a population has one`);
  }
  return first;
}

const ZERO: NirTensor = { shape: [], values: Float64Array.of(0) };
const ONE: NirTensor = { shape: [], values: Float64Array.of(1) };

/** Its current may not outlive the timestep: the integer model has no second state. */
function requireInstantSynapse(neuron: NirNeuron, step: number, name: string): void {
  const longest = Math.max(...(neuron.tauSyn?.values ?? [0]));
  if (longest <= step * (1 + 1e-6)) return;
  throw nirError(
    'NIR_NOT_EXACT',
    `node "${name}": a synaptic time constant of ${longest} s outlives the timestep of ${step} s`,
    'retrain with LIF neurons, or with a synaptic time constant of one timestep',
  );
}

/**
 * Forward Euler with the given step, as the frameworks that write NIR compute.
 * @throws LitesnnError NIR_NOT_EXACT, NIR_NOT_UNIFORM, NIR_VALUE
 */
export function discretize(neuron: NirNeuron, shape: Shape, step: number, name: string): DiscreteNeuron {
  const of = (tensor: NirTensor, key: string): Float64Array =>
    perChannel(tensor, shape, `node "${name}": ${key}`);
  if (neuron.type === 'CubaLIF') requireInstantSynapse(neuron, step, name);
  const tau = neuron.tau === undefined ? undefined : uniform(of(neuron.tau, 'tau'), `node "${name}": tau`);
  if (tau !== undefined && !(tau >= step * (1 - 1e-6))) {
    throw nirError(
      'NIR_VALUE',
      `node "${name}": a time constant of ${tau} s is shorter than the timestep of ${step} s`,
      'give the timestep that the network was trained with: --step',
    );
  }
  const share = tau === undefined ? step : Math.min(1, step / tau);
  const reset = of(neuron.vReset, 'v_reset');
  const leak = tau === undefined ? reset : of(neuron.vLeak ?? ZERO, 'v_leak');
  const resistance = of(neuron.r, 'r');
  const input = of(neuron.wIn ?? ONE, 'w_in');
  const threshold = of(neuron.vThreshold, 'v_threshold').map((value, c) => value - reset[c]);
  if (threshold.some((value) => !(value > 0))) {
    throw nirError('NIR_VALUE', `node "${name}": a threshold is not above the reset potential`);
  }
  return {
    decay: tau === undefined ? 1 : 1 - share,
    gain: Float64Array.from(resistance, (r, c) => share * r * (neuron.type === 'CubaLIF' ? input[c] : 1)),
    offset: Float64Array.from(leak, (value, c) => (tau === undefined ? 0 : share * (value - reset[c]))),
    threshold,
  };
}
