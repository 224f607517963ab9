import type { Shape } from '../src/core/geometry.js';
import { Random } from '../src/core/random.js';
import { timestepCrossEntropy } from '../src/search/cross-entropy.js';
import { buildSupernet } from '../src/search/space.js';
import type { Mix, Objective } from '../src/training/engine.js';
import type { TrainingGraph } from '../src/training/graph.js';

/** A supernet of the default space for one kind of input: what a search step really computes. */
export interface EngineCase {
  readonly name: string;
  readonly graph: TrainingGraph;
  readonly mix: Mix;
  /** Random samples of the whole range: firing rates are then those of untrained networks. */
  readonly inputs: Int8Array;
  readonly objective: Objective;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  'image 28x28': { height: 28, width: 28, channels: 1 },
  'log-mel 40x32': { height: 40, width: 32, channels: 1 },
  'signal 2048': { height: 1, width: 2048, channels: 1 },
};

const CLASSES = 10;

/** Every choice weighs alike, as at the beginning of a search. */
function evenMix(graph: TrainingGraph): Mix {
  const even = (length: number): Float32Array => new Float32Array(length).fill(1 / length);
  return {
    gates: new Float32Array(graph.gates).fill(0.5),
    bits: graph.bitGroups.map(even),
    keep: graph.keepGroups.map(even),
  };
}

export function engineCases(batch: number): EngineCase[] {
  const random = Random.fromSeed(1);
  return Object.entries(SHAPES).map(([name, shape]) => {
    const { graph } = buildSupernet('micro', shape, CLASSES);
    const labels = Uint16Array.from({ length: batch }, () => random.integer(0, CLASSES - 1));
    const probability = new Float32Array(graph.timesteps).fill(1 / graph.timesteps);
    const size = batch * shape.height * shape.width * shape.channels;
    return {
      name,
      graph,
      mix: evenMix(graph),
      inputs: Int8Array.from({ length: size }, () => random.integer(-128, 127)),
      objective: ({ logits, rates }) => {
        const { value, logitsGradient } = timestepCrossEntropy(logits, labels, CLASSES, probability);
        return { loss: value, logitsGradient, ratesGradient: new Float32Array(rates.length) };
      },
    };
  });
}
