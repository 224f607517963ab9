import { z } from 'zod';
import type { TensorMap, TrainingSession } from '../training/engine.js';
import {
  Adam,
  clipGlobalNorm,
  cosineRate,
  selectTensors,
  Sgd,
  type Optimizer,
} from '../training/optimizers.js';
import { copyInto, tensorsUnder, withPrefix } from './tensors.js';
import { weightRateAt, type WeightRates } from './training-rates.js';

const isScore = (name: string): boolean => name.endsWith('.score');

/** Moves a session's parameters by its gradients; weights by SGD, pruning scores by Adam. */
export class WeightTrainer {
  readonly optimizers: Readonly<Record<'weights' | 'scores', Optimizer>>;

  constructor(
    private readonly session: TrainingSession,
    private readonly rates: WeightRates,
    private readonly totalSteps: number,
  ) {
    this.optimizers = { weights: new Sgd(rates), scores: new Adam() };
  }

  moveWeights(step: number): void {
    const { parameters, gradients } = this.session;
    const wanted = selectTensors(gradients, (name) => !isScore(name));
    clipGlobalNorm(wanted, this.rates.clip);
    this.optimizers.weights.update(parameters, wanted, weightRateAt(this.rates, step, this.totalSteps));
  }

  /** Scores settle with the weights: a mask that still changes at the end is noise. */
  moveScores(step: number): void {
    const { parameters, gradients } = this.session;
    const rate = cosineRate(step, this.totalSteps, this.rates.scores, 0);
    this.optimizers.scores.update(parameters, selectTensors(gradients, isScore), rate);
  }
}

const stepsSchema = z.record(z.string(), z.int().nonnegative());

/** Parameters and optimizers of a stage, gathered for its checkpoint. */
export class Learned {
  constructor(
    private readonly parameters: Readonly<Record<string, TensorMap>>,
    private readonly optimizers: Readonly<Record<string, Optimizer>>,
  ) {}

  tensors(): TensorMap {
    const parameters = Object.entries(this.parameters).flatMap(([name, tensors]) =>
      withPrefix(`${name}/`, tensors),
    );
    const moments = Object.entries(this.optimizers).flatMap(([name, optimizer]) =>
      withPrefix(`optimizer:${name}/`, optimizer.state().tensors),
    );
    return new Map([...parameters, ...moments]);
  }

  /** How many steps each optimizer has made. */
  steps(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.optimizers).map(([name, optimizer]) => [name, optimizer.state().steps]),
    );
  }

  restoreTensors(saved: ReadonlyMap<string, Float32Array>): void {
    for (const [name, tensors] of Object.entries(this.parameters)) {
      copyInto(tensors, tensorsUnder(`${name}/`, saved));
    }
    for (const [name, optimizer] of Object.entries(this.optimizers)) {
      const { steps } = optimizer.state();
      optimizer.restore({ steps, tensors: tensorsUnder(`optimizer:${name}/`, saved) });
    }
  }

  restoreSteps(saved: unknown): void {
    const steps = stepsSchema.parse(saved);
    for (const [name, optimizer] of Object.entries(this.optimizers)) {
      optimizer.restore({ ...optimizer.state(), steps: steps[name] ?? 0 });
    }
  }
}
