import { z } from 'zod';
import { sha256 } from '../core/files.js';
import type { LearningSplits } from '../data/dataset.js';
import type { TensorMap, TrainingEngine, TrainingSession } from '../training/engine.js';
import type { TrainingGraph } from '../training/graph.js';
import { copyTensors } from '../training/optimizers.js';
import type { AugmentSpec } from './augment/spec.js';
import { Batches, derivedSeed } from './batches.js';
import { timestepCrossEntropy } from './cross-entropy.js';
import { evaluateNetwork, meanRate, NO_CHOICES } from './evaluate.js';
import { firingLoss, type FiringPenalty } from './firing-penalty.js';
import { runStage, type HistoryEntry, type LoopControl, type Stage, type StageRecord } from './loop.js';
import { checkFinite } from './messages.js';
import { RunningMeans } from './running-means.js';
import { copyInto, tensorsUnder, withPrefix } from './tensors.js';
import { Learned, WeightTrainer } from './trainer.js';
import type { WeightRates } from './training-rates.js';

export interface RetrainOptions {
  readonly graph: TrainingGraph;
  /** Where training starts: fresh, or taken from a supernet. */
  readonly initial: TensorMap;
  readonly engine: TrainingEngine;
  readonly data: LearningSplits;
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Steps that count as an epoch; a whole pass by default. */
  readonly stepsPerEpoch?: number | undefined;
  readonly rates: WeightRates;
  readonly firing?: FiringPenalty | undefined;
  readonly augment?: AugmentSpec | undefined;
}

export interface RetrainOutcome extends StageRecord {
  /** Of the epoch with the best accuracy on the validation split. */
  readonly parameters: TensorMap;
  readonly accuracy: number;
  /** `[population][timestep]` on the validation split, at that epoch. */
  readonly rates: Float32Array;
}

const ORDER = 6;

/** Trains a decoded network on the whole training split and keeps the epoch that is best on the validation split. */
export async function retrain(options: RetrainOptions, control: LoopControl): Promise<RetrainOutcome> {
  const { graph, engine, batch, initial } = options;
  const session = await engine.compile(graph, batch, initial);
  try {
    const stage = new RetrainStage(options, session);
    const record = await runStage(stage, control);
    copyInto(session.parameters, stage.best);
    const { accuracy, rates } = await evaluateNetwork(session, graph, options.data.validation);
    return { ...record, parameters: copyTensors(stage.best), accuracy, rates };
  } finally {
    session.dispose();
  }
}

class RetrainStage implements Stage {
  readonly label = 'retrain';
  readonly fingerprint: string;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Parameters of the best epoch so far. */
  readonly best: TensorMap;

  private readonly batches: Batches;
  private readonly trainer: WeightTrainer;
  private readonly learned: Learned;
  private readonly means = new RunningMeans();
  private readonly lastTimestep: Float32Array;
  private accuracy = -1;
  private bestAccuracy = -1;

  constructor(
    private readonly options: RetrainOptions,
    private readonly session: TrainingSession,
  ) {
    const { graph, data, batch, seed, rates } = options;
    this.epochs = options.epochs;
    this.batches = new Batches(data.train, graph.input, batch, derivedSeed(seed, ORDER), options.augment);
    this.stepsPerEpoch = options.stepsPerEpoch ?? this.batches.perEpoch;
    this.fingerprint = fingerprintOf(options, this.stepsPerEpoch);
    this.trainer = new WeightTrainer(session, rates, this.epochs * this.stepsPerEpoch);
    this.learned = new Learned({ weights: session.parameters }, this.trainer.optimizers);
    this.best = copyTensors(session.parameters);
    this.lastTimestep = new Float32Array(graph.timesteps);
    this.lastTimestep[graph.timesteps - 1] = 1;
  }

  async step(step: number): Promise<string> {
    const { graph, firing } = this.options;
    const { inputs, labels } = this.batches.at(step);
    const { loss, rates } = await this.session.step(inputs, NO_CHOICES, (outputs) => {
      const entropy = timestepCrossEntropy(outputs.logits, labels, graph.head.classes, this.lastTimestep);
      const spent =
        firing === undefined
          ? { value: 0, ratesGradient: new Float32Array(outputs.rates.length) }
          : firingLoss(outputs.rates, graph.timesteps, firing);
      return {
        loss: entropy.value + spent.value,
        logitsGradient: entropy.logitsGradient,
        ratesGradient: spent.ratesGradient,
      };
    });
    checkFinite(this.label, step, loss);
    this.trainer.moveWeights(step);
    this.trainer.moveScores(step);
    const rate = meanRate(rates);
    this.means.add({ loss, trainingRate: rate });
    const accuracy = this.accuracy < 0 ? '' : `, accuracy ${(100 * this.accuracy).toFixed(1)} %`;
    return `loss ${loss.toFixed(3)}${accuracy}, firing ${(100 * rate).toFixed(1)} %`;
  }

  async endEpoch(epoch: number): Promise<HistoryEntry> {
    const { graph, data } = this.options;
    const { accuracy, rates } = await evaluateNetwork(this.session, graph, data.validation);
    this.accuracy = accuracy;
    if (accuracy > this.bestAccuracy) {
      this.bestAccuracy = accuracy;
      copyInto(this.best, this.session.parameters);
    }
    return { stage: 'retrain', epoch, ...this.means.take(), accuracy, rate: meanRate(rates) };
  }

  tensors(): ReadonlyMap<string, Float32Array> {
    return new Map([...this.learned.tensors(), ...withPrefix('best/', this.best)]);
  }

  restoreTensors(saved: ReadonlyMap<string, Float32Array>): void {
    this.learned.restoreTensors(saved);
    copyInto(this.best, tensorsUnder('best/', saved));
  }

  state(): unknown {
    const { accuracy, bestAccuracy } = this;
    return { steps: this.learned.steps(), means: this.means.state(), accuracy, bestAccuracy };
  }

  restoreState(saved: unknown): void {
    const { steps, means, accuracy, bestAccuracy } = stateSchema.parse(saved);
    this.learned.restoreSteps(steps);
    this.means.restore(means);
    this.accuracy = accuracy;
    this.bestAccuracy = bestAccuracy;
  }
}

const stateSchema = z.strictObject({
  steps: z.unknown(),
  means: z.unknown(),
  accuracy: z.number(),
  bestAccuracy: z.number(),
});

function fingerprintOf(options: RetrainOptions, stepsPerEpoch: number): string {
  const { initial, engine, data, ...plain } = options;
  return sha256(
    JSON.stringify({
      ...plain,
      stepsPerEpoch,
      engine: engine.name,
      data: data.hash,
    }),
    ...[...initial.values()].map(
      (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    ),
  );
}
