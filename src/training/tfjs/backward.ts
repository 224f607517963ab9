import type { ObjectiveResult } from '../engine.js';
import type { TrainingGraph } from '../graph.js';
import { readsInput } from '../shapes.js';
import type { EdgePass, GradientTarget } from './edge.js';
import type { ForwardPass, PopulationPass } from './forward.js';
import type { Currents } from './neurons.js';
import { accumulate, channelSums, keepingResult, type Maps } from './operations.js';

function backwardEdges(
  { edges }: PopulationPass<EdgePass>,
  gradients: Currents,
  target: GradientTarget,
): void {
  const { varying, constant } = gradients;
  const sums = channelSums((constant ?? varying)!);
  for (const edge of edges) {
    edge.backward((readsInput(edge.source.spec) ? constant : varying)!, sums, target);
  }
}

/** From the gradients of the outputs to those of all parameters and of the mix. */
export function backpropagate(
  graph: TrainingGraph,
  pass: ForwardPass<EdgePass>,
  objective: ObjectiveResult,
  target: GradientTarget,
): void {
  const { timesteps } = graph;
  const { head, sources, populations } = pass;
  const spikeGradients = new Map<number, Maps>();
  const add = (population: number, gradient: Maps): void => {
    spikeGradients.set(population, accumulate(spikeGradients.get(population), gradient));
  };
  head.backward(objective.logitsGradient, target).forEach((gradient, i) => {
    add(graph.head.populations[i], gradient);
  });
  for (let p = populations.length - 1; p >= 0; p--) {
    for (const source of sources.completedAt(p)) {
      source.partGradients()?.forEach((gradient, i) => {
        add(source.spec.populations[i], gradient);
      });
    }
    const { neurons, edges } = populations[p];
    const perTimestep = neurons.spikes.size / timesteps;
    const rateGradients = objective.ratesGradient.subarray(p * timesteps, (p + 1) * timesteps);
    const gradients = keepingResult(() =>
      neurons.backward(
        spikeGradients.get(p),
        rateGradients.map((g) => g / perTimestep),
        {
          varying: edges.some((edge) => !readsInput(edge.source.spec)),
          constant: edges.some((edge) => readsInput(edge.source.spec)),
        },
      ),
    );
    backwardEdges(populations[p], gradients, target);
    gradients.varying?.dispose();
    gradients.constant?.dispose();
    spikeGradients.get(p)?.dispose();
  }
}
